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

interface Hits {
  readonly seconds: Ring;
  readonly minutes: Ring;
  readonly hours: Ring;
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

  add(instanceId: string, proxy: { readonly id: string; readonly ip: string }, count: RuleCount, atMs: number): void {
    const values = [count.passed, count.rejected, count.wouldReject];
    if (values.every((value) => value === 0)) return;
    const hits = this.#hitsOf(instanceId, count.ruleDbId);
    if (hits === null) return;
    hits.seconds.add(atMs, values);
    hits.minutes.add(atMs, values);
    hits.hours.add(atMs, values);
    this.#pairOf(hits, proxy)?.minutes.add(atMs, values);
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

  /** Refused, or would be, in the last 5 minutes. */
  recent(instanceId: string, ruleDbId: number): number {
    const now = this.#clock.wallNow();
    let sum = 0;
    this.#rules.get(`${instanceId}\n${ruleDbId}`)?.seconds.visit(now - HITS_WINDOW_MS, now + 1, (_, cells, offset) => {
      sum += (cells[offset + 1] as number) + (cells[offset + 2] as number);
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
