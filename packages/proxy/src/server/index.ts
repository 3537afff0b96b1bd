export { type LoadedConfiguration, type ProxyOptions, ProxyServer } from './proxy.ts';
export { defaultRunDir, type RunFiles, readPid, runFiles } from './run-files.ts';
