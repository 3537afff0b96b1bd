/** The logs of a proxy, line by line, beside what the reference says that lines look like. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, vi } from 'vitest';
import { type RuleSource, World, type WorldOptions } from './world.ts';

const TIME = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}`;
/** On a slow machine with other work; a line is there within milliseconds where nothing else runs. */
const LINE_LIMIT_MS = 20_000;
export const TRACE = '0a0fe9201527584873117100127588';
export const TRACED = { 'sofa-traceid': TRACE };

interface Format {
  readonly id: string;
  readonly file: string;
  readonly regex: string;
}

/** What the reference says that lines look like. */
export const FORMATS = (
  JSON.parse(readFileSync(new URL('../../../docs/reference/log-formats.json', import.meta.url), 'utf8')) as {
    readonly lines: readonly Format[];
  }
).lines.map(({ id, file, regex }) => ({ id, file, regex: new RegExp(regex, 'u') }));
/** Those that a proxy of these tests has written. */
export const seen = new Set<string>();

export const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
/** A line about a request of a trace; `gap`: what stands between the two. */
export const traced = (text: string, gap = ' '): RegExp =>
  new RegExp(String.raw`\[[1-9]\d*,${TRACE}\]${gap}${escaped(text)}`);
/** About one of no trace. */
export const untraced = (text: string, gap = ' '): RegExp =>
  new RegExp(String.raw`\[[1-9]\d*,\]${gap}${escaped(text)}`);

export class Logs {
  readonly world: World;

  constructor(world: World) {
    this.world = world;
  }

  /** Of the log of the proxy: what it wrote to stderr. */
  text(file: string): string {
    if (file === 'default.log') return this.world.proxy.log();
    const place = path.join(this.world.proxy.directory, 'logs', file);
    return existsSync(place) ? readFileSync(place, 'utf8') : '';
  }

  async raise(file: string, more: object = {}): Promise<void> {
    const body = JSON.stringify({ log_level: 'DEBUG', log_path: `./logs/mosn/${file}`, ...more });
    expect(await this.world.proxy.admin('POST', '/api/v1/update_loglevel', body)).toEqual({
      status: 200,
      body: 'update logger success\n',
    });
  }

  /** Waits for a whole line: level, and what stands behind it; one of the reference, unless a caller has made it otherwise. */
  async expectLine(file: string, level: string, text: string | RegExp, known = true): Promise<void> {
    const rest = typeof text === 'string' ? escaped(text) : text.source;
    const line = new RegExp(`^${TIME} \\[${level}\\] ${rest}$`, 'm');
    await vi.waitFor(() => expect(this.text(file)).toMatch(line), { timeout: LINE_LIMIT_MS, interval: 20 });
    if (known) this.#compare(file);
  }

  /** Waits for a line that the reference has. */
  async expectFormat(id: string): Promise<void> {
    const { file, regex } = FORMATS.find((format) => format.id === id) as (typeof FORMATS)[number];
    const has = (): boolean => this.#lines(file).some((line) => regex.test(line));
    await vi.waitFor(() => expect([has(), this.text(file)]).toEqual([true, expect.anything()]), {
      timeout: LINE_LIMIT_MS,
      interval: 20,
    });
    this.#compare(file);
  }

  /** Whole ones. */
  #lines(file: string): string[] {
    return this.text(file).split('\n').slice(0, -1);
  }

  /** Every line is one of the reference; the log of the proxy has others, too. */
  #compare(file: string): void {
    const formats = FORMATS.filter((format) => format.file === file);
    const unknown = this.#lines(file).filter((line) => {
      const found = formats.find(({ regex }) => regex.test(line));
      if (found !== undefined) seen.add(found.id);
      return found === undefined;
    });
    if (file !== 'default.log') expect(unknown).toEqual([]);
  }
}

export async function startLogs(sources: readonly RuleSource[], options: WorldOptions = {}): Promise<Logs> {
  return new Logs(await World.start('Http1', sources, options));
}
