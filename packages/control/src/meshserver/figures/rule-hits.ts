import type { RuleHits } from '@weft/api';
import type { Clock } from '@weft/kit';
import type { FigureSource, StoredSeries } from './figure-store.ts';
import { Ring } from './ring.ts';

const SECONDS = { stepMs: 1000, cells: 3600 };
const MINUTES = { stepMs: 60_000, cells: 1440 };
const HOURS = { stepMs: 3_600_000, cells: 720 };
/** Rules, and pairs of rule and proxy, whose figures are kept. */
const MAX_RULES = 2000;
const MAX_PAIRS = 20_000;
/** Apps that are known to act by one rule. */
const MAX_ACTING = 1000;
const WIDTH = 3;
const HITS_WINDOW_MS = 300_000;

export interface RuleCount {
  readonly ruleDbId: number;
  readonly passed: number;
  readonly rejected: number;
  readonly wouldReject: number;
}

interface StoredKey {
  readonly instanceId: string;
  readonly ruleDbId: number;
  readonly proxy?: { readonly id: string; readonly ip: string };
}

/** A document in the version that a proxy has. */
interface DocumentVersion {
  readonly dataId: string;
  readonly version: number;
}

interface Hits {
  readonly seconds: Ring;
  readonly minutes: Ring;
  readonly hours: Ring;
  /** Documents that carry the last change; empty when that is from an earlier run. */
  carriedBy: ReadonlyMap<string, number>;
  /** Apps whose proxies have acted by the rule as it is now. */
  readonly acting: Set<string>;
  readonly proxies: Map<string, { readonly ip: string; readonly minutes: Ring }>;
}

/** How often rules let through and refused, by what proxies report: 1 s × 1 h, 1 min × 24 h, 1 h × 30 d. */
export class RuleHitFigures implements FigureSource {
  readonly kind = 'rule';
  readonly #clock: Clock;
  /** By instance and rule: another tenant's proxies say nothing about a rule. */
  readonly #rules = new Map<string, Hits>();
  #pairs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * @param applied documents that the proxy has in force
   * @returns whether this is the first that proxies of the app did by the rule as it is now
   */
  add(
    instanceId: string,
    proxy: { readonly id: string; readonly ip: string; readonly app: string },
    count: RuleCount,
    atMs: number,
    applied: readonly DocumentVersion[],
  ): boolean {
    const values = [count.passed, count.rejected, count.wouldReject];
    if (values.every((value) => value === 0)) return false;
    const hits = this.#hitsOf(instanceId, count.ruleDbId);
    if (hits === null) return false;
    hits.seconds.add(atMs, values);
    hits.minutes.add(atMs, values);
    hits.hours.add(atMs, values);
    this.#pairOf(hits, proxy)?.minutes.add(atMs, values);
    if (hits.acting.has(proxy.app)) return false;
    const behind = applied.some(({ dataId, version }) => version < (hits.carriedBy.get(dataId) ?? 0));
    if (behind || hits.acting.size >= MAX_ACTING) return false;
    hits.acting.add(proxy.app);
    return true;
  }

  /** The rule is another from now on: what proxies did until they have those documents was by the one before. */
  changed(instanceId: string, ruleDbId: number, documents: readonly DocumentVersion[]): void {
    // What no proxy has told of cannot be told of by a proxy that is behind.
    const hits = this.#rules.get(`${instanceId}\n${ruleDbId}`);
    if (hits === undefined) return;
    hits.carriedBy = new Map(documents.map(({ dataId, version }) => [dataId, version]));
    hits.acting.clear();
  }

  /** Whether proxies of the app have acted by the rule as it is now. */
  isActing(instanceId: string, ruleDbId: number, app: string): boolean {
    return this.#rules.get(`${instanceId}\n${ruleDbId}`)?.acting.has(app) ?? false;
  }

  #hitsOf(instanceId: string, ruleDbId: number): Hits | null {
    const key = `${instanceId}\n${ruleDbId}`;
    let hits = this.#rules.get(key);
    if (hits === undefined) {
      if (this.#rules.size >= MAX_RULES) return null;
      hits = {
        seconds: new Ring(SECONDS, WIDTH),
        minutes: new Ring(MINUTES, WIDTH),
        hours: new Ring(HOURS, WIDTH),
        carriedBy: new Map(),
        acting: new Set(),
        proxies: new Map(),
      };
      this.#rules.set(key, hits);
    }
    return hits;
  }

  #pairOf(hits: Hits, { id, ip }: { readonly id: string; readonly ip: string }) {
    let own = hits.proxies.get(id);
    if (own === undefined) {
      if (this.#pairs >= MAX_PAIRS) return null;
      this.#pairs++;
      own = { ip, minutes: new Ring(MINUTES, WIDTH) };
      hits.proxies.set(id, own);
    }
    return own;
  }

  *stored(): Generator<StoredSeries> {
    for (const [text, { seconds, minutes, hours, proxies }] of this.#rules) {
      const [instanceId = '', ruleDbId = ''] = text.split('\n');
      const rule: StoredKey = { instanceId, ruleDbId: Number(ruleDbId) };
      yield { storedKey: JSON.stringify(rule), rings: [seconds, minutes, hours], sinceMs: 0 };
      for (const [id, proxy] of proxies)
        yield {
          storedKey: JSON.stringify({ ...rule, proxy: { id, ip: proxy.ip } }),
          rings: [proxy.minutes],
          sinceMs: 0,
        };
    }
  }

  restore(key: string): StoredSeries | null {
    const { instanceId, ruleDbId, proxy } = JSON.parse(key) as StoredKey;
    const hits = this.#hitsOf(instanceId, ruleDbId);
    if (hits === null) return null;
    if (proxy === undefined) return { storedKey: key, rings: [hits.seconds, hits.minutes, hits.hours], sinceMs: 0 };
    const pair = this.#pairOf(hits, proxy);
    return pair === null ? null : { storedKey: key, rings: [pair.minutes], sinceMs: 0 };
  }

  /** Refused, or would be, in the last 5 minutes; of a rule that refuses nobody also what it let through. */
  recent(instanceId: string, ruleDbId: number, passedToo = false): number {
    const now = this.#clock.wallNow();
    let sum = 0;
    this.#rules.get(`${instanceId}\n${ruleDbId}`)?.seconds.visit(now - HITS_WINDOW_MS, now + 1, (_, cells, offset) => {
      sum += (cells[offset + 1] as number) + (cells[offset + 2] as number);
      if (passedToo) sum += cells[offset] as number;
    });
    return Math.round(sum);
  }

  /** Whether it refused, or would have, within the range. */
  between(
    instanceId: string,
    ruleDbId: number,
    startMs: number,
    endMs: number,
  ): { rejected: number; wouldReject: number } {
    const sums = { rejected: 0, wouldReject: 0 };
    const hits = this.#rules.get(`${instanceId}\n${ruleDbId}`);
    this.#ring(hits, startMs)?.visit(startMs, endMs, (_, cells, offset) => {
      sums.rejected += cells[offset + 1] as number;
      sums.wouldReject += cells[offset + 2] as number;
    });
    return sums;
  }

  #ring(hits: Hits | undefined, startMs: number): Ring | undefined {
    const age = this.#clock.wallNow() - startMs;
    if (age <= SECONDS.stepMs * SECONDS.cells) return hits?.seconds;
    return age <= MINUTES.stepMs * MINUTES.cells ? hits?.minutes : hits?.hours;
  }

  read(instanceId: string, ruleDbId: number, startMs: number, endMs: number, stepSeconds: number): RuleHits {
    const hits = this.#rules.get(`${instanceId}\n${ruleDbId}`);
    const stepMs = stepSeconds * 1000;
    const begin = Math.floor(startMs / stepMs) * stepMs;
    const points = Array.from({ length: Math.max(1, Math.ceil((endMs - begin) / stepMs)) }, (_, index) => ({
      at: new Date(begin + index * stepMs).toISOString(),
      passed: 0,
      rejected: 0,
      wouldReject: 0,
    }));
    this.#ring(hits, begin)?.visit(begin, endMs, (atMs, cells, offset) => {
      const point = points[Math.min(points.length - 1, Math.floor((atMs - begin) / stepMs))];
      if (point !== undefined) addTo(point, cells, offset);
    });
    const instances = [...(hits?.proxies ?? [])].map(([proxyId, { ip, minutes }]) => {
      const sums = { proxyId, ip, passed: 0, rejected: 0, wouldReject: 0 };
      minutes.visit(Math.floor(startMs / MINUTES.stepMs) * MINUTES.stepMs, endMs, (_, cells, offset) =>
        addTo(sums, cells, offset),
      );
      return sums;
    });
    return {
      stepSeconds,
      points,
      instances: instances.filter((row) => row.passed + row.rejected + row.wouldReject > 0),
    };
  }

  forget(instanceId: string, ruleDbId: number): void {
    const key = `${instanceId}\n${ruleDbId}`;
    this.#pairs -= this.#rules.get(key)?.proxies.size ?? 0;
    this.#rules.delete(key);
  }
}

function addTo(
  sums: { passed: number; rejected: number; wouldReject: number },
  cells: Float32Array,
  offset: number,
): void {
  sums.passed += cells[offset] as number;
  sums.rejected += cells[offset + 1] as number;
  sums.wouldReject += cells[offset + 2] as number;
}
