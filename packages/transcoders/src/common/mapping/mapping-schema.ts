import { List, type Parsed, Text, Type } from '@weft/schema/author';
import { type MethodDocument, mappingFields } from '@weft/schema/rules';

export type { MethodDocument };

/** One service, and how its methods look over HTTP. The same document serves both directions. */
export const mappingDocument = Type.Object(
  {
    name: Text({
      description: 'Name of the document; `mapping_refs` of the filter refers to it.',
      default: '',
      maxLength: 128,
      examples: ['users-v3'],
    }),
    ...mappingFields,
  },
  { description: 'A service, and how its methods look over HTTP.' },
);
export type MappingDocument = Parsed<typeof mappingDocument>;

/** `mappings`, as every transcoder to and from HTTP has them. */
export const mappings = List(mappingDocument, {
  description:
    'The services that are converted. Without any, every service is, by the defaults: `POST /<interface>/<method>` with the arguments in an array.',
  maxItems: 4096,
});
