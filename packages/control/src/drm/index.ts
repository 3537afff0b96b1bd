export {
  type AckEvent,
  createDrm,
  DEFAULT_ZONE,
  type Drm,
  type DrmOptions,
  MAX_VALUE_BYTES,
  type PutOptions,
  type StoredValue,
  type ValueKey,
} from './drm.ts';
export { createDrmQueryServer } from './query-server.ts';
export { parseDataId, type ValueValidator } from './validators.ts';
