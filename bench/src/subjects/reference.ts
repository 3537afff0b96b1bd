/** The frozen raw-socket proxies: no features, so their cost is the least that Node can do. */
import path from 'node:path';
import { benchRoot } from '../processes.ts';
import type { Subject } from './subject.ts';

export const reference: Subject = {
  name: 'reference',
  node: true,
  find: () => ({ kind: 'found', version: 'frozen', binary: process.execPath }),
  unsupported({ threads, routes }) {
    if (threads > 1) return 'has one thread';
    return routes > 2 ? 'has no routes' : '';
  },
  prepare(setup, binary, nodeFlags) {
    const file = setup.protocol === 'grpc' ? 'http2' : setup.protocol;
    const script = path.join(benchRoot, 'reference', `${file}.ts`);
    return { argv: [binary, ...nodeFlags, script, ...[setup.listenPort, ...setup.backendPorts].map(String)] };
  },
};
