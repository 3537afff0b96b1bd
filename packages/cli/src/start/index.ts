export {
  DEFAULT_CONFIGS,
  FeatureGateError,
  parseFeatureGates,
  parseStartArguments,
  type StartArguments,
} from './arguments.ts';
export { startHelp } from './flags.ts';
export { describeFailure, type Failure, withCode } from './report.ts';
export { roughSetting } from './rough-setting.ts';
export { runStart, type StartEnvironment, type StartedProxy, type StartRequest } from './run-start.ts';
export { UsageError } from './usage-error.ts';
export { type PackageVersion, readVersion } from './version.ts';
