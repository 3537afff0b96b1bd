import type { SidecarPorts } from '@weft/cli';
import { freePort } from '../../support/ports.ts';

export async function sidecarPorts(): Promise<SidecarPorts> {
  return {
    httpIngress: await freePort(),
    httpEgress: await freePort(),
    boltIngress: await freePort(),
    boltEgress: await freePort(),
    boltApp: await freePort(),
    api: await freePort(),
    admin: await freePort(),
    metrics: await freePort(),
  };
}
