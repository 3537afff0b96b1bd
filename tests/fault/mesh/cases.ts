/**
 * What the cases of a mesh under load share while parts of it are killed, stopped, cut off or out of disk. In each case every
 * answer is a success or a refusal of the rule, the rule lets through what it should, and afterwards everybody knows
 * everything. A file of cases has a mesh of its own, so that the minutes for which faults last pass side by side.
 */
import http from 'node:http';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import type { Tally } from './load.ts';
import { BOLT_SERVICE, figures, HOST, HTTP_SERVICE, Rig, SOON_MS, THRESHOLD } from './rig.ts';
import type { Sidecar } from './sidecar.ts';
import { until } from './waiting.ts';

/** Much longer than the lease, so that everything that goes by it has happened. */
export const HOLD_MS = 60_000;
/** Back-off of a link goes up to 30 s, and an attempt takes 10 s. */
export const BACK_MS = 90_000;
export const LEASE_MS = 10_000;
/** Beside lease + 1 s, for a machine on which a process may have to wait for its turn. */
export const SLACK_MS = 3000;
/** Until a proxy has heard that the connections to another one are gone. */
const IN_FLIGHT_MS = 5000;
export const CASE_MS = HOLD_MS + 2 * BACK_MS + SOON_MS;

/** The mesh of this file, from its first hook on. */
export let rig: Rig;

/** Starts the mesh before the cases of a file, mends it before each, ends it behind them. */
export function useRig(): void {
  beforeAll(async () => {
    rig = await Rig.start();
    if (rig.network === null)
      console.log('no network of its own: needs root and network namespaces (iproute2); skipped');
    if (rig.disk === null) console.log('no disk of its own: needs root and the right to mount a tmpfs; skipped');
  }, 240_000);
  afterAll(() => rig?.close());
  beforeEach(() => rig.mend(), 120_000);
}

/** What a rule with these figures lets through at most. `starts`: with a full bucket each. */
export function expectLimited(name: string, tally: Tally, starts = 1): void {
  console.log(`${name}: ${figures(tally)}`);
  expect(tally.limitedProtocols.toSorted()).toEqual(['bolt', 'http']);
  // Of two services at two providers together, an eighth of what the rule lets through.
  expect(tally.passed).toBeGreaterThan((THRESHOLD * tally.seconds) / 2);
  expect(tally.mostPassed).toBeLessThanOrEqual(THRESHOLD * (tally.seconds + starts) + 5);
}

export async function expectSound(name: string, backMs: number): Promise<void> {
  await rig.limitsBoth();
  const tally = rig.load.take();
  expectLimited(`${name}, all is well again after ${Math.round(backMs)} ms`, tally);
  expect(tally.failures).toEqual([]);
  expect(tally.failed).toBe(0);
}

/** Waits until a proxy says that its control plane is away, in words that match. */
export function saysAway(sidecar: Sidecar, pattern: RegExp): Promise<boolean> {
  return until(`${sidecar.name} says that the control plane is away`, SOON_MS, async () => {
    const parts = await sidecar.unhealthy();
    if (parts.length === 2 && parts.every((part) => pattern.test(part))) return true;
    throw new Error(`it says ${JSON.stringify(parts)}`);
  });
}

export function callerKnows(providers: number): Promise<boolean> {
  return until(`the caller knows ${providers} of each service`, LEASE_MS + SOON_MS, async () => {
    for (const service of [HTTP_SERVICE, BOLT_SERVICE]) {
      const { endpoints } = await rig.caller.endpoints(service);
      if (endpoints !== providers) throw new Error(`it knows ${endpoints} of ${service}`);
    }
    return true;
  });
}

export async function tellsConsole(): Promise<void> {
  for (const app of ['shop', 'stock'])
    await until(`the console says that proxies of ${app} were alone`, SOON_MS, async () => {
      const events = await rig.eventsOf(app, 'control-plane');
      return /was out of reach for \d+ s/.test(events.at(-1) ?? '');
    });
}

export const held = (ms: number): Promise<boolean> => {
  const endMs = performance.now() + ms;
  return until('the fault has lasted', ms + SOON_MS, () => performance.now() > endMs);
};

/** What was on its way to the proxy that died, and may not be repeated, is lost; nothing else. */
export function expectOnlyInFlight(tally: Tally, openAtKill: number, killedMs: number): void {
  console.log(
    `  in flight at the kill: ${openAtKill}; lost: ${tally.failed} ${(tally.failures[0] ?? '').slice(0, 160)}`,
  );
  expect(tally.failedHttp, tally.failures.join('\n')).toBe(0);
  if (tally.failed > 0) expect(tally.lastFailureMs - killedMs).toBeLessThan(IN_FLIGHT_MS);
}

interface Hammered {
  readonly passed: number;
  readonly limited: number;
  readonly seconds: number;
}

/**
 * Sends requests straight to an ingress, `count` at once, from its first answer on until the rule has refused one: a busy
 * machine may at first send fewer than the rule lets pass. Says what became of all of them.
 */
export async function hammerUntilLimited(port: number, count: number): Promise<Hammered> {
  let beganMs = 0;
  let passed = 0;
  return until('the listener opens, and the rule refuses', SOON_MS, async () => {
    const sent = await hammer(port, count);
    const nowMs = performance.now();
    if (beganMs === 0) beganMs = nowMs - sent.seconds * 1000;
    passed += sent.passed;
    return sent.limited > 0 && { passed, limited: sent.limited, seconds: (nowMs - beganMs) / 1000 };
  });
}

/** Sends that many requests at once. @throws when one gets no answer */
async function hammer(port: number, count: number): Promise<Hammered> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 16 });
  const begin = performance.now();
  try {
    const statuses = await Promise.all(
      Array.from(
        { length: count },
        () =>
          new Promise<number>((resolve, reject) => {
            http
              .get({ host: '127.0.0.1', port, path: '/', agent, headers: { host: HOST } }, (response) => {
                response.resume().once('end', () => resolve(response.statusCode ?? 0));
              })
              .once('error', reject);
          }),
      ),
    );
    const passed = statuses.filter((status) => status === 200).length;
    const limited = statuses.filter((status) => status === 429).length;
    if (passed + limited !== count) throw new Error(`other answers: ${[...new Set(statuses)].join(', ')}`);
    return { passed, limited, seconds: (performance.now() - begin) / 1000 };
  } finally {
    agent.destroy();
  }
}
