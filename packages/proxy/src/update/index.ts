export { formatAddress, type ParsedAddress, parseAddress } from './addresses.ts';
export { ExtensionCatalog } from './catalog.ts';
export { ClusterSlots } from './cluster-slots.ts';
export { type CompileServices, compileProgram, type Program } from './compile.ts';
export { type ClusterSpec, namesOf, type ResolvedNames } from './compile-cluster.ts';
export { type RuleDocumentSource, ruleFinder, ruleNode } from './compile-governance.ts';
export type { ListenerSpec } from './compile-listener.ts';
export { CompileMemo } from './compile-memo.ts';
export { compileTranscoders } from './compile-transcoders.ts';
export type { RequestQuestion } from './complete-question.ts';
export { type Conversions, conversionsOf } from './conversions.ts';
export { diffPrograms, type ThreadRefs } from './diff.ts';
export { digestOf } from './digest.ts';
export {
  type ExplainedAction,
  type ExplainedCluster,
  explainRequest,
  type RequestExplanation,
} from './explain.ts';
export { CompileNotes, configError, parseExtensionConfig } from './extension-config.ts';
export {
  type Instantiated,
  type InstantiateOptions,
  instantiate,
  loadExtensions,
  preloadRules,
  type RuntimeState,
  swap,
} from './instantiate.ts';
export { mappingsOf, suppliedBy } from './mapping-documents.ts';
export { HostPacker } from './packed-hosts.ts';
export type { AccessLogProgram, ExtensionUse, ListenerProgram, ProgramUpdate, SettingsProgram } from './program.ts';
export { runSliced, SLICE_MS, threadCpuMs } from './slices.ts';
