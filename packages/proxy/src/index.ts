export type { LoadedConfiguration, ProxyOptions } from './server/options.ts';
export { ProxyServer } from './server/proxy.ts';
export { defaultRunDir, type RunFiles, runFiles } from './server/run-files.ts';
export type { RequestQuestion } from './update/complete-question.ts';
export {
  type ExplainedAction,
  type ExplainedCluster,
  explainRequest,
  type RequestExplanation,
} from './update/explain.ts';
