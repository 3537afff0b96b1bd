const LEVELS = ['FATAL', 'ERROR', 'WARN', 'INFO', 'DEBUG', 'TRACE'];

interface RuleLog {
  readonly level: string;
  /** From this level on somebody reads the details of single requests. */
  readonly detailFrom: string;
}

/** By this name rules write to the log of the proxy, wherever that is. */
export const OWN_LOG = 'default.log';

/** What comes from the control plane, and what becomes of it. */
export const DRM_LOG = 'drm.access.log';

/** The logs of the area, with their levels at start. What is below them costs nothing. */
const RULE_LOGS: Readonly<Record<string, RuleLog>> = {
  'flow-control.log': { level: 'INFO', detailFrom: 'DEBUG' },
  'flowcontrol-block-stat.log': { level: 'INFO', detailFrom: 'DEBUG' },
  'flowcontrol-default.log': { level: 'WARN', detailFrom: 'INFO' },
  'fuse.log': { level: 'INFO', detailFrom: 'DEBUG' },
  'fault_inject.log': { level: 'INFO', detailFrom: 'DEBUG' },
  'fault_tolerance.log': { level: 'INFO', detailFrom: 'DEBUG' },
  'downgrade.log': { level: 'INFO', detailFrom: 'DEBUG' },
  'rbac.log': { level: 'INFO', detailFrom: 'DEBUG' },
  'routerule.log': { level: 'INFO', detailFrom: 'DEBUG' },
  'routerecord.log': { level: 'WARN', detailFrom: 'DEBUG' },
  'mirror.log': { level: 'INFO', detailFrom: 'DEBUG' },
  [DRM_LOG]: { level: 'INFO', detailFrom: 'DEBUG' },
  // The log of the proxy itself, where rules have a word, too: its level is that of the proxy.
  [OWN_LOG]: { level: 'INFO', detailFrom: 'DEBUG' },
};
const FILES = Object.keys(RULE_LOGS);
/** Asked per request. */
const FILE_INDEX = new Map(FILES.map((file, index) => [file, index]));
const LEVEL_INDEX = new Map(LEVELS.map((level, index) => [level, index]));

/** The levels of the logs of rules, in memory that all threads see. */
export class RuleLogLevels {
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;

  constructor(memory?: SharedArrayBuffer) {
    this.memory = memory ?? new SharedArrayBuffer(4 * FILES.length);
    this.#words = new Int32Array(this.memory);
    if (memory !== undefined) return;
    for (const [index, { level }] of Object.values(RULE_LOGS).entries()) this.#words[index] = LEVELS.indexOf(level);
  }

  /** Level of each log but that of the proxy, by its base name. */
  all(): Record<string, string> {
    const levels = FILES.map((file, index) => [file, LEVELS[this.#words[index] as number] ?? ''] as const);
    return Object.fromEntries(levels.filter(([file]) => file !== OWN_LOG));
  }

  /** False when `target`, a path or a base name, is no log of rules, or the level is none. */
  set(target: string, level: string): boolean {
    const index = FILES.indexOf(target.slice(target.lastIndexOf('/') + 1));
    const value = LEVELS.indexOf(level.toUpperCase());
    if (index < 0 || value < 0) return false;
    Atomics.store(this.#words, index, value);
    return true;
  }

  /** Whether a line of this level is written; asked per line. */
  writes(file: string, level: string): boolean {
    const index = FILE_INDEX.get(file);
    return index === undefined || (LEVEL_INDEX.get(level) ?? -1) <= (this.#words[index] as number);
  }

  /** Says, per request, whether somebody reads the details that go to `file`. */
  detail(file: string): () => boolean {
    const index = FILES.indexOf(file);
    if (index < 0) return () => false;
    const from = LEVELS.indexOf((RULE_LOGS[file] as RuleLog).detailFrom);
    const words = this.#words;
    return () => (words[index] as number) >= from;
  }
}
