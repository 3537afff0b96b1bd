import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { EXIT } from '@weft/kit';
import { CommandError, type Outcome } from '../outcome.ts';
import { sampleConfiguration } from './sample.ts';

export interface InitOptions {
  readonly port: string;
  readonly force?: boolean;
}

export async function runInit(file: string, options: InitOptions): Promise<Outcome> {
  const port = Number(options.port);
  if (!/^\d+$/.test(options.port) || port < 1 || port > 65_535) {
    throw new CommandError(EXIT.USAGE, 'usage', `--port: "${options.port}" is not a port (1 to 65535)`);
  }
  writeSample(file, sampleConfiguration(port), options.force === true);
  const text = `${file}: Weft listens on 127.0.0.1:2045 and passes on to 127.0.0.1:${port}

  weft proxy start -c ${file}
  curl -i http://127.0.0.1:2045/`;
  return { exitCode: EXIT.OK, text, json: { ok: true, file, listen: '127.0.0.1:2045', upstream: `127.0.0.1:${port}` } };
}

/** Writes a configuration; what is there stays unless `force`. @throws CommandError with what to do */
export function writeSample(file: string, text: string, force: boolean): void {
  if (!/\.ya?ml$/i.test(file))
    throw new CommandError(EXIT.USAGE, 'usage', `${file}: the sample is YAML: give a name that ends in .yaml`);
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    // `wx` fails for what exists: nobody's work is lost between a look and a write.
    writeFileSync(file, text, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST')
      throw new CommandError(
        EXIT.FAILED,
        'exists',
        `${file} is there already and stays as it is; --force writes over it`,
      );
    throw new CommandError(EXIT.FAILED, 'unwritable', `${file} cannot be written: ${message}`);
  }
}
