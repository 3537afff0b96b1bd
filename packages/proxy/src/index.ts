export { type LoadedConfiguration, Proxy, type ProxyOptions } from './server/proxy.ts';
export { defaultRunDir, readPid, runFiles, type RunFiles } from './server/run-files.ts';
