const LEVELS = ['FATAL', 'ERROR', 'WARN', 'INFO', 'DEBUG', 'TRACE'];

/** By this name rules write to the log of the proxy, wherever that is. */
export const OWN_LOG = 'default.log';

/** What comes from the control plane, and what becomes of it. */
export const DRM_LOG = 'drm.access.log';

/** A line for each request that a routing rule sent somewhere. */
export const ROUTE_RECORD_LOG = 'routerecord.log';

/** The logs of the area. All begin at INFO; the last is that of the proxy itself, where rules have a word, too. */
const FILES = [
  'flow-control.log',
  'flowcontrol-block-stat.log',
  'flowcontrol-default.log',
  'fuse.log',
  'fault_inject.log',
  'fault_tolerance.log',
  'downgrade.log',
  'rbac.log',
  'routerule.log',
  ROUTE_RECORD_LOG,
  'mirror.log',
  DRM_LOG,
  OWN_LOG,
];
/** Asked per request. */
const FILE_INDEX = new Map(FILES.map((file, index) => [file, index]));
const LEVEL_INDEX = new Map(LEVELS.map((level, index) => [level, index]));
const INFO = LEVELS.indexOf('INFO');
const DEBUG = LEVELS.indexOf('DEBUG');
/** Behind the levels: from which level on single routings are recorded. */
const RECORD_WORD = FILES.length;

/** The levels of the logs of rules, in memory that all threads see. */
export class RuleLogLevels {
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;

  constructor(memory?: SharedArrayBuffer) {
    this.memory = memory ?? new SharedArrayBuffer(4 * (FILES.length + 1));
    this.#words = new Int32Array(this.memory);
    if (memory !== undefined) return;
    this.#words.fill(INFO);
    this.recordRoutes(false);
  }

  /** Level of each log but that of the proxy, by its base name. */
  all(): Record<string, string> {
    const levels = FILES.map((file, index) => [file, LEVELS[this.#words[index] as number] ?? ''] as const);
    return Object.fromEntries(levels.filter(([file]) => file !== OWN_LOG));
  }

  /** False when `target`, a path or a base name, is no log of rules, or the level is none. */
  set(target: string, level: string): boolean {
    const index = FILES.indexOf(target.slice(target.lastIndexOf('/') + 1));
    const name = level.trim().toUpperCase();
    const value = LEVELS.indexOf(name === 'WARNING' ? 'WARN' : name);
    if (index < 0 || value < 0) return false;
    Atomics.store(this.#words, index, value);
    return true;
  }

  /** Whether single routings are recorded at INFO already, and not only while the level of their log is DEBUG. */
  recordRoutes(always: boolean): void {
    Atomics.store(this.#words, RECORD_WORD, always ? INFO : DEBUG);
  }

  /** Whether a line of this level is written; asked per line. */
  writes(file: string, level: string): boolean {
    const index = FILE_INDEX.get(file);
    if (index === undefined) return true;
    const now = this.#words[index] as number;
    if (file === ROUTE_RECORD_LOG && now < (this.#words[RECORD_WORD] as number)) return false;
    return (LEVEL_INDEX.get(level) ?? -1) <= now;
  }

  /** Says, per request, whether somebody reads the details that go to `file`: from DEBUG on. */
  detail(file: string): () => boolean {
    const index = FILES.indexOf(file);
    if (index < 0) return () => false;
    const words = this.#words;
    return () => (words[index] as number) >= DEBUG;
  }
}
