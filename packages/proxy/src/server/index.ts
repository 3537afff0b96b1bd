export { type LoadedConfiguration, Proxy, type ProxyOptions } from './proxy.ts';
export { defaultRunDir, readPid, runFiles, type RunFiles } from './run-files.ts';
