export type { MappingDocument, MethodDocument } from './mapping-schema.ts';
export { argumentAt, type BodyRule, type MethodMapping, ServiceMapping } from './service-mapping.ts';
export { notListed, ServiceMappings } from './service-mappings.ts';
export {
  fillTemplate,
  isOnePlace,
  literalLength,
  matchTemplate,
  type Place,
  parseTemplate,
  type Template,
} from './template.ts';
