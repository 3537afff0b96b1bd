import { type Parsed, Type } from '@weft/schema/author';
import { mappings } from '../common/mapping/mapping-schema.ts';

export const schema = Type.Object({ mappings }, { description: 'The transcoder `bolt_http`.' });

export type BoltHttpConfig = Parsed<typeof schema>;
