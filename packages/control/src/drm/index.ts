export { type AckEvent, DEFAULT_ZONE, type Drm, type PutOptions, type StoredValue, type ValueKey } from './contract.ts';
export { createDrm, type DrmOptions, MAX_VALUE_BYTES } from './drm.ts';
export { isSelected } from './gray-selector.ts';
export { createDrmQueryServer } from './query-server.ts';
export { parseDataId, type ValueValidator } from './validators.ts';
