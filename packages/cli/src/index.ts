export { sampleConfiguration } from './commands/sample.ts';
export { type MorePorts, type SidecarPorts, sidecarConfiguration } from './commands/sidecar-sample.ts';
export type { DemoInstance, DemoServices } from './demo/contract.ts';
export { type LoginRequest, takeToken } from './mesh-api/session.ts';
export { CommandError } from './outcome.ts';
export { runCli, type Streams } from './run.ts';
export type {
  CliServices,
  CompiledSummary,
  ControlRunner,
  ControlRunOptions,
  Engine,
  Explanation,
  JudgedRequest,
  Question,
  RuleJudge,
  SimulatedQuestion,
} from './services.ts';
