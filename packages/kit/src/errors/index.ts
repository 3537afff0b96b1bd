export { ERROR_CODES, type ErrorCode, type ErrorCodeRow, EXIT } from './codes.ts';
export {
  ConfigError,
  type ConfigProblem,
  type ErrorOrigin,
  formatProblem,
  MeshError,
  type MeshErrorOptions,
  ProtocolError,
  type RetrySafety,
} from './mesh-error.ts';
