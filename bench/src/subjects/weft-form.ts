/**
 * Which Weft the bench runs: the bundle, which is what ships, unless `--sources` asks for the sources or WEFT_PROXY_COMMAND
 * names another command. `start -c FILE` is appended to each.
 */
import path from 'node:path';
import { repositoryRoot } from '../processes.ts';

export type WeftForm = 'bundle' | 'sources' | 'command';

/** Set by `--sources`. In the environment, since micro-benchmarks are processes of their own. */
const SOURCES_VARIABLE = 'WEFT_BENCH_SOURCES';

export const bundleEntry = path.join(repositoryRoot, 'apps/proxy/bundle/main.js');
const sourceEntry = path.join(repositoryRoot, 'apps/proxy/src/main.ts');

/** Has the sources run instead of the bundle, here and in processes started from here. */
export function chooseSources(environment: NodeJS.ProcessEnv = process.env): void {
  if (wordsOf(environment).length > 0)
    throw new Error('--sources and WEFT_PROXY_COMMAND both say which Weft to run: give one of them');
  environment[SOURCES_VARIABLE] = '1';
}

export function chosenForm(environment: NodeJS.ProcessEnv = process.env): WeftForm {
  if (wordsOf(environment).length > 0) return 'command';
  return environment[SOURCES_VARIABLE] === '1' ? 'sources' : 'bundle';
}

/** The program and its arguments, without `start -c FILE`. */
export function commandOf(form: WeftForm, environment: NodeJS.ProcessEnv = process.env): string[] {
  switch (form) {
    case 'command':
      return wordsOf(environment);
    case 'sources':
      return [process.execPath, '--conditions=@weft/source', sourceEntry];
    case 'bundle':
      return [process.execPath, bundleEntry];
  }
}

function wordsOf(environment: NodeJS.ProcessEnv): string[] {
  return (environment['WEFT_PROXY_COMMAND'] ?? '').split(' ').filter((word) => word !== '');
}
