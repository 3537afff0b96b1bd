export { ExtensionCatalog } from './catalog.ts';
export { type Instantiated, instantiate, type InstantiateOptions, loadExtensions, type RuntimeState, swap } from './instantiate.ts';
export { type AccessLogProgram, diffPrograms, type ExtensionUse, type ListenerProgram, type Program, type ProgramUpdate, type SettingsProgram } from './program.ts';
export { runSliced, SLICE_MS } from './slices.ts';
