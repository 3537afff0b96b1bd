/** Names of services and of pushed values: their grammars, both ways. */
export { DataIdError } from './data-id-error.ts';
export {
  DATA_INFO_SEPARATOR,
  type DataInfoId,
  DEFAULT_GROUP,
  DEFAULT_INSTANCE_ID,
  formatDataInfoId,
  parseDataInfoId,
  SOFA_GROUP,
} from './data-info-id.ts';
export {
  ALL_APPS,
  appRuleDataId,
  type DrmDataId,
  formatDrmDataId,
  MAX_DRM_DATA_ID_BYTES,
  parseDrmDataId,
  serviceRuleDataId,
} from './drm-data-id.ts';
export { RULE_DOCUMENTS, type RuleDocumentNames, ruleDataId, ruleTypeOf } from './rule-data-ids.ts';
export { valuesOf, type WrittenForm } from './self-describing.ts';
export {
  boltDataId,
  formatServiceDataId,
  httpDataId,
  MAX_SERVICE_DATA_ID_BYTES,
  parseServiceDataId,
  type ServiceDataId,
  sofaDataId,
} from './service-data-id.ts';
