import net from 'node:net';
import type { HealthProbe } from '@weft/sdk';
import { CheckRun } from './check-run.ts';

/** Healthy is who accepts a connection. Nothing is sent. */
export const CONNECT_PROBE: HealthProbe = {
  check(target, timeoutMs, done) {
    const run = new CheckRun(timeoutMs, done);
    run.start(() => {
      const { host, port, path } = target;
      // A host has one address here: which of several is tried is the resolver's choice, not the socket's.
      const socket = net.connect(path === '' ? { host, port, autoSelectFamily: false } : { path });
      socket.once('connect', () => run.end(true, 'connected'));
      socket.on('error', (error) => run.fail(error));
      return socket;
    });
    return run.cancel;
  },
};
