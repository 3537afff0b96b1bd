/**
 * Weft itself, from source. WEFT_PROXY_COMMAND names another command (a built one, say); `start -c FILE` is appended to
 * it, and Node flags are inserted behind its first word when that is `node`.
 */
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from '../processes.ts';
import { mosnConfiguration } from './mosn-schema.ts';
import type { Found, Setup, Subject } from './subject.ts';

function command(): string[] {
  const named = process.env['WEFT_PROXY_COMMAND'];
  if (named !== undefined && named !== '') return named.split(' ').filter((word) => word !== '');
  return [process.execPath, '--conditions=@weft/source', path.join(repositoryRoot, 'apps/proxy/src/main.ts')];
}

/** Several instances run side by side: each has its files in its own directory. */
function writeConfiguration(setup: Setup): string {
  const file = path.join(setup.directory, 'weft.json');
  const own = {
    ...mosnConfiguration(setup),
    ...(setup.rules === undefined ? {} : { governance: { app: setup.rules.app, documents: setup.rules.documents } }),
    weft: { run_dir: setup.directory, state_dir: setup.directory },
  };
  writeFileSync(file, JSON.stringify(own, null, 2));
  return file;
}

function find(): Found {
  const [program = '', ...rest] = command();
  const script = rest.find((word) => /\.[jt]s$/.test(word));
  if (script !== undefined && !existsSync(script)) return { kind: 'absent', reason: `${script} does not exist` };
  return { kind: 'found', version: 'this checkout', binary: program };
}

const builtEntry = path.join(repositoryRoot, 'apps/proxy/bundle/main.js');

export const weft: Subject = {
  name: 'weft',
  node: true,
  find,
  unsupported: () => '',
  prepare(setup, _binary, nodeFlags) {
    const file = writeConfiguration(setup);
    const [program = '', ...rest] = command();
    const flags = path.basename(program) === 'node' ? nodeFlags : [];
    return { argv: [program, ...flags, ...rest, 'start', '-c', file] };
  },
};

/**
 * What ships, made by `npm run build`: without the sources' type stripping, which costs memory, and with fields of classes
 * assigned in constructors, which saves up to a tenth of the JavaScript of a request (docs/decisions/0028).
 */
export const weftBuilt: Subject = {
  name: 'weft-built',
  node: true,
  memoryOnly: true,
  find: () =>
    existsSync(builtEntry)
      ? { kind: 'found', version: 'this checkout, bundle/', binary: process.execPath }
      : { kind: 'absent', reason: `${path.relative(repositoryRoot, builtEntry)} does not exist: npm run build` },
  unsupported: () => '',
  prepare(setup, binary, nodeFlags) {
    const file = writeConfiguration(setup);
    return { argv: [binary, ...nodeFlags, builtEntry, 'start', '-c', file] };
  },
};
