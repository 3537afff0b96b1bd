/** Weft itself; `weft-form.ts` says in which form. Node flags are inserted behind the first word of its command when that is `node`. */
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { revision } from '../machine.ts';
import { mosnConfiguration } from './mosn-schema.ts';
import type { Found, Setup, Subject } from './subject.ts';
import { chosenForm, commandOf, type WeftForm } from './weft-form.ts';

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

function find(form: WeftForm): Found {
  const [program = '', ...rest] = commandOf(form);
  const script = rest.find((word) => /\.[jt]s$/.test(word));
  if (script !== undefined && !existsSync(script)) return { kind: 'absent', reason: `${script} does not exist` };
  const version = form === 'command' ? [program, ...rest].join(' ') : `${form} of ${revision()}`;
  return { kind: 'found', version, binary: program };
}

function inForm(name: string, form: () => WeftForm): Subject {
  return {
    name,
    node: true,
    find: () => find(form()),
    unsupported: () => '',
    prepare(setup, _binary, nodeFlags) {
      const file = writeConfiguration(setup);
      const [program = '', ...rest] = commandOf(form());
      const flags = path.basename(program) === 'node' ? nodeFlags : [];
      return { argv: [program, ...flags, ...rest, 'start', '-c', file] };
    },
  };
}

export const weft: Subject = {
  ...inForm('weft', () => chosenForm()),
  // The bundle has put the files together that a profile tells apart.
  profiled: () => (chosenForm() === 'bundle' ? inForm('weft (sources)', () => 'sources') : weft),
};
