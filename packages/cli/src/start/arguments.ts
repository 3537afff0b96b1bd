import { existsSync } from 'node:fs';
import { nearestName } from '@weft/schema';
import { FLAGS, type Flag, findFlag } from './flags.ts';
import { type MeshFlags, parseLabels } from './mesh-flags.ts';
import { UsageError } from './usage-error.ts';

/** A feature gate is wrong. Exit code 78: gates are configuration. */
export class FeatureGateError extends Error {
  override readonly name = 'FeatureGateError';
}

export interface StartArguments {
  readonly configFile: string;
  /** As given, checked by whoever knows the levels; '' = that of the configuration. */
  readonly logLevel: string;
  readonly features: Readonly<Record<string, boolean>>;
  /** Null = that of the configuration. */
  readonly drainTimeMs: number | null;
  readonly lastGood: boolean;
  readonly mesh: MeshFlags;
  readonly json: boolean;
  readonly help: boolean;
}

/** MOSN's place, then what `weft proxy init` writes; the first that is there, and the first in an error. */
export const DEFAULT_CONFIGS = ['configs/mosn_config.json', 'weft.yaml'] as const;
/** Names of feature gates; all are off by default. */
const GATES = ['auto_config', 'XdsMtlsEnable', 'PayLoadLimitEnable', 'MultiTenantMode'];
/** Istio's names of levels; the others are those of the log. */
const LEVELS: Readonly<Record<string, string>> = {
  trace: 'TRACE',
  debug: 'DEBUG',
  info: 'INFO',
  warning: 'WARN',
  warn: 'WARN',
  error: 'ERROR',
  critical: 'FATAL',
  fatal: 'FATAL',
  off: 'FATAL',
};
const MAX_DRAIN_SECONDS = 86_400;

/**
 * Reads the arguments behind `start`.
 * @throws UsageError, FeatureGateError
 */
export function parseStartArguments(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  exists: (file: string) => boolean = existsSync,
): StartArguments {
  const given = readFlags(args);
  const value = (name: string): string | undefined =>
    given.get(findFlag(name) as Flag) ?? fromEnvironment(findFlag(name) as Flag, env);
  const help = given.has(findFlag('help') as Flag);
  const drain = value('drain-time-s');
  return {
    configFile: value('config') ?? DEFAULT_CONFIGS.find((file) => exists(file)) ?? DEFAULT_CONFIGS[0],
    logLevel: help ? '' : parseLevel(value('log-level') ?? ''),
    features: help ? {} : parseFeatureGates(value('feature-gates') ?? ''),
    drainTimeMs: drain === undefined ? null : parseSeconds(drain),
    lastGood: given.has(findFlag('last-good') as Flag),
    mesh: {
      control: value('control') ?? '',
      keyFile: value('control-key-file') ?? '',
      app: value('app') ?? '',
      zone: value('zone') ?? '',
      labels: help ? {} : parseLabels(value('label') ?? ''),
    },
    json: given.has(findFlag('json') as Flag),
    help,
  };
}

function readFlags(args: readonly string[]): Map<Flag, string> {
  const given = new Map<Flag, string>();
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] as string;
    const match = /^--?([A-Za-z][\w-]*)(?:=([\s\S]*))?$/.exec(arg);
    if (match === null)
      throw new UsageError(`\`start\` takes no argument "${arg}"; a configuration file is given with -c`);
    const [, name = '', inline] = match;
    const flag = findFlag(name);
    if (flag === undefined) throw new UsageError(`unknown option ${arg}${suggestion(name)}`);
    if (flag.value === '') {
      given.set(flag, inline ?? '');
      continue;
    }
    const next = inline ?? args[++at];
    if (next === undefined) throw new UsageError(`the option ${arg} needs a value: ${flag.value}`);
    given.set(flag, next);
  }
  return given;
}

function suggestion(name: string): string {
  const nearest = nearestName(
    name,
    FLAGS.flatMap((flag) => flag.names).filter((known) => known.length > 1),
  );
  return nearest === undefined ? '' : `; did you mean --${nearest}?`;
}

function fromEnvironment(flag: Flag, env: NodeJS.ProcessEnv): string | undefined {
  for (const name of flag.env) {
    const value = env[name];
    if (value !== undefined && value !== '') return value;
  }
  return undefined;
}

function parseLevel(text: string): string {
  if (text === '') return '';
  const level = LEVELS[text.toLowerCase()];
  if (level === undefined)
    throw new UsageError(`unknown log level "${text}"; one of trace, debug, info, warning, error, critical, off`);
  return level;
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!/^\d+$/.test(text) || seconds > MAX_DRAIN_SECONDS)
    throw new UsageError(`--drain-time-s: "${text}" is not a whole number of seconds up to ${MAX_DRAIN_SECONDS}`);
  return seconds * 1000;
}

/** Reads `name=bool,name=bool`. */
export function parseFeatureGates(text: string): Record<string, boolean> {
  const features: Record<string, boolean> = {};
  let position = 1;
  for (const item of text.split(',')) {
    if (text.trim() === '') break;
    const [, name = '', value = ''] = /^\s*([^=]*?)\s*(?:=\s*(.*?)\s*)?$/.exec(item) ?? [];
    const known = GATES.find((gate) => gate === name);
    if (known === undefined) {
      const nearest = nearestName(name, GATES);
      throw new FeatureGateError(
        `feature gates: unknown gate "${name}" at character ${position}; ${nearest === undefined ? `known are ${GATES.join(', ')}` : `did you mean ${nearest}?`}`,
      );
    }
    if (!/^(true|false|1|0|t|f)$/i.test(value)) {
      throw new FeatureGateError(
        `feature gates: "${item.trim()}" at character ${position} is not ${name}=true or ${name}=false`,
      );
    }
    features[known] = /^(true|1|t)$/i.test(value);
    position += item.length + 1;
  }
  return features;
}
