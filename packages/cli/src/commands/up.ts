import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { EXIT, MeshError } from '@weft/kit';
import type { Command } from 'commander';
import { CommandError, type Outcome } from '../outcome.ts';
import type { CliServices, HostPort } from '../services.ts';

interface UpOptions {
  readonly data?: string;
  readonly listen: string;
  readonly grpc: string;
  readonly drmQuery: string;
  readonly fourEyes?: boolean;
  readonly json?: boolean;
}

interface RunOptions extends UpOptions {
  readonly list?: boolean;
}

/** `weft up` and `weft run`. */
export function addControlCommands(program: Command, services: CliServices, show: (outcome: Outcome) => void): void {
  withPlaces(
    program.command('up').description('run the whole control plane, with the console, and stay in the foreground'),
  )
    .addHelpText(
      'after',
      `\nThe first start prints a one-time password and writes proxy-key.json for proxies. Ctrl-C ends it.\nExit codes: 0 ended by a signal, 78 a port is taken or the data directory is in use.\n\nExamples:\n  weft up\n  weft up --data ./mesh --listen 127.0.0.1:9000`,
    )
    .action(async (options: UpOptions) => {
      const control = await services.control();
      show(
        await run(
          control,
          control
            .list()
            .filter((component) => component.here)
            .map((component) => component.name),
          options,
        ),
      );
    });

  withPlaces(
    program
      .command('run')
      .argument('[components]', 'names, separated by comma')
      .description('run some components of the control plane'),
  )
    .option('--list', 'list the components, and which of them are part of this release')
    .addHelpText(
      'after',
      '\nExit codes: 0 ended by a signal, 2 no such component, 78 a port is taken.\n\nExamples:\n  weft run --list\n  weft run osp,drm,gateway --data ./mesh',
    )
    .action(async (components: string | undefined, options: RunOptions) => {
      const control = await services.control();
      if (options.list === true) {
        const rows = control.list();
        const text = rows
          .map(
            ({ name, job, here }) =>
              `${name.padEnd(14)} ${here ? 'here   ' : name === 'proxy' ? 'apart  ' : 'not yet'}  ${job}`,
          )
          .join('\n');
        show({
          exitCode: EXIT.OK,
          text,
          json: { ok: true, components: rows.map(({ name, job, here }) => ({ name, job, here })) },
        });
        return;
      }
      if (components === undefined)
        throw new CommandError(EXIT.USAGE, 'usage', 'which components? weft run --list names them');
      show(await run(control, select(control, components), options));
    });
}

function withPlaces(command: Command): Command {
  return command
    .option('--data <dir>', 'data directory (default: ~/.local/share/weft)')
    .option('--listen <host:port>', 'console and HTTP interface', '127.0.0.1:8080')
    .option('--grpc <host:port>', 'proxies', '127.0.0.1:9880')
    .option('--drm-query <host:port>', 'classic HTTP query of values, or `off`', '127.0.0.1:9881')
    .option('--four-eyes', 'nobody puts a rule in force that he wrote himself: another user has to')
    .option('--json', 'say where it is in one line of JSON');
}

type Control = Awaited<ReturnType<CliServices['control']>>;

function select(control: Control, names: string): readonly string[] {
  try {
    return control.select(names.split(',').map((name) => name.trim()));
  } catch (error) {
    throw new CommandError(EXIT.USAGE, 'usage', error instanceof Error ? error.message : String(error));
  }
}

async function run(control: Control, components: readonly string[], options: UpOptions): Promise<Outcome> {
  const dataDirectory = resolve(
    options.data ?? join(process.env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'weft'),
  );
  try {
    await control.run({
      dataDirectory,
      components,
      http: parseHostPort(options.listen, '--listen'),
      grpc: parseHostPort(options.grpc, '--grpc'),
      drmQuery: options.drmQuery === 'off' ? null : parseHostPort(options.drmQuery, '--drm-query'),
      fourEyes: options.fourEyes === true,
      json: options.json === true,
    });
  } catch (error) {
    // Names of the control plane's own errors: nothing of it is loaded here.
    if (error instanceof Error && error.name === 'ListenFailure')
      throw new CommandError(EXIT.CONFIG, 'address_in_use', error.message);
    if (error instanceof Error && error.name === 'StorageError')
      throw new CommandError(EXIT.FAILED, 'storage', `the database cannot be used: ${error.message}`);
    if (error instanceof MeshError && error.code === 'data_folder_in_use')
      throw new CommandError(EXIT.CONFIG, error.code, error.message);
    throw error;
  }
  return { exitCode: EXIT.OK, text: 'stopped', json: { ok: true, stopped: true } };
}

/** `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080`. @throws CommandError with what is wrong. */
export function parseHostPort(text: string, option: string): HostPort {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9._-]+)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535)
    throw new CommandError(
      EXIT.USAGE,
      'usage',
      `${option}: found "${text}", expected HOST:PORT such as 127.0.0.1:8080, with a port of 0 to 65535`,
    );
  return { host: match[1] ?? match[2] ?? '', port };
}
