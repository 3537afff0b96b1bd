/** MOSN: built from its sources with Go, named by MOSN=/path. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { mosnConfiguration } from './mosn-schema.ts';
import { findVersioned, type Subject } from './subject.ts';

export const mosn: Subject = {
  name: 'mosn',
  node: false,
  find: () => findVersioned('MOSN', 'mosn', ['--version'], /version:? *v?(\S+)/i),
  unsupported: () => '',
  prepare(setup, binary) {
    const file = path.join(setup.directory, 'mosn.json');
    writeFileSync(file, JSON.stringify({ ...mosnConfiguration(setup), disable_upgrade: true }));
    return { argv: [binary, 'start', '-c', file], environment: { GOMAXPROCS: String(setup.threads) } };
  },
};
