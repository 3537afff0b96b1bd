import type { HostProgram } from './program.ts';

/** A host as clusters have them, for tests. */
export const hostProgram = (host: string, port: number, more: Partial<HostProgram> = {}): HostProgram => ({
  address: `${host}:${port}`,
  host,
  port,
  path: '',
  hostname: '',
  weight: 1,
  labels: null,
  slot: 0,
  ...more,
});
