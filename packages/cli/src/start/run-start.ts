import type { Logger } from '@weft/kit';
import { EXIT } from '@weft/kit';
import { loadConfigFile, type MosnConfig } from '@weft/schema';
import { parseStartArguments, type StartArguments } from './arguments.ts';
import { startHelp } from './flags.ts';
import { type Loaded, loadLastGood } from './last-good.ts';
import { withMeshFlags } from './mesh-flags.ts';
import { describeFailure } from './report.ts';
import { roughSetting } from './rough-setting.ts';
import { describeServing, type Serving } from './serving.ts';
import { SignalHandlers, type Stoppable } from './signals.ts';

/** The part of a running proxy that starting and stopping it needs. */
export interface StartedProxy extends Stoppable {
  readonly log: Logger;
  readonly adminPort: number;
  readonly files: { readonly socketFile: string };
  /** `path` is '' where its lines go to a stream. */
  readonly ownLog: { readonly path: string };
  port(listener: string): number;
}

export interface StartRequest {
  readonly configFile: string;
  load(file: string): Promise<Loaded>;
  /** '' = that of the configuration. */
  readonly logLevel: string;
  readonly features: Readonly<Record<string, boolean>>;
  /** Hooks for tests: borrowed bytes are overwritten, threads can be told to fail. */
  readonly poison: boolean;
  readonly faults: boolean;
  onStopped(code: number): void;
}

export interface StartEnvironment {
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly version: string;
  /** Starts the proxy and resolves when it serves. */
  start(request: StartRequest): Promise<StartedProxy>;
  /** Where the copy of the last good configuration is. */
  lastGoodFile(configFile: string, stateDir: string | undefined): string;
}

/** `weft proxy start`: from the command line to a proxy that serves; ends the process when the proxy ends or cannot start. */
export async function runStart(environment: StartEnvironment): Promise<void> {
  const { args, env, version } = environment;
  let configFile = '';
  try {
    const parsed = parseStartArguments(args, env);
    if (parsed.help) {
      process.stdout.write(startHelp());
      return;
    }
    configFile = parsed.configFile;
    const signals = new SignalHandlers();
    let config = undefined as MosnConfig | undefined;
    const proxy = await environment.start({
      configFile,
      async load(file) {
        const loaded = await load(environment, parsed, file, config === undefined);
        config = loaded.config;
        return loaded;
      },
      logLevel: parsed.logLevel,
      features: parsed.features,
      poison: env['WEFT_TEST_POISON'] === '1',
      faults: env['WEFT_TEST_HOOKS'] === '1',
      onStopped: (code) => process.exit(code),
    });
    announce(describeServing(config as MosnConfig, proxy, version), parsed.json);
    signals.attach(proxy);
  } catch (error) {
    fail(error, configFile, args.includes('--json'));
  }
}

/** The last good copy is for the first load only: a reload reads the file. */
async function load(
  environment: StartEnvironment,
  parsed: StartArguments,
  file: string,
  first: boolean,
): Promise<Loaded> {
  const loaded =
    parsed.lastGood && first
      ? loadLastGood(environment.lastGoodFile(file, roughSetting(file, 'state_dir')), file)
      : await loadConfigFile(file);
  const config = withMeshFlags(loaded.config, parsed.mesh, file);
  if (parsed.drainTimeMs === null) return { ...loaded, config };
  const servers = config.servers.map((server) => ({ ...server, graceful_timeout: parsed.drainTimeMs as number }));
  return { ...loaded, config: { ...config, servers } };
}

function announce(serving: Serving, json: boolean): void {
  if (json) process.stdout.write(`${JSON.stringify(serving.json)}\n`);
  else if (process.stdout.isTTY) process.stdout.write(serving.text);
  // Elsewhere the log says it, unless that is in a file: then nothing would be seen of a proxy that serves.
  else if (serving.line !== '') process.stdout.write(serving.line);
}

function fail(error: unknown, configFile: string, json: boolean): void {
  const failure = describeFailure(error, configFile);
  if (json) process.stdout.write(`${JSON.stringify({ ok: false, error: failure.json })}\n`);
  else
    process.stderr.write(
      `${failure.lines.map((line) => (line.startsWith('    at ') ? line : `weft: ${line}`)).join('\n')}\n`,
    );
  if (!json && failure.json.code === 'config_unreadable')
    process.stderr.write('weft: `weft proxy init` writes a configuration to start from\n');
  // Whatever else is open (a thread that is starting, a log) must not keep a proxy alive that does not serve.
  process.exit(failure.exitCode === EXIT.OK ? EXIT.INTERNAL : failure.exitCode);
}
