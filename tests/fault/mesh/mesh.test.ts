/**
 * A mesh under load while parts of it are killed, stopped, cut off or out of disk. In each case every answer is a
 * success or a refusal of the rule, the rule lets through what it should, and afterwards everybody knows everything.
 */
import http from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Tally } from './load.ts';
import { BOLT_SERVICE, figures, HOST, HTTP_SERVICE, Rig, SOON_MS, THRESHOLD } from './rig.ts';
import type { Sidecar } from './sidecar.ts';
import { until } from './waiting.ts';

/** Much longer than the lease, so that everything that goes by it has happened. */
const HOLD_MS = 60_000;
/** Back-off of a link goes up to 30 s, and an attempt takes 10 s. */
const BACK_MS = 90_000;
const LEASE_MS = 10_000;
/** Beside lease + 1 s, for a machine on which a process may have to wait for its turn. */
const SLACK_MS = 3000;
/** Until a proxy has heard that the connections to another one are gone. */
const IN_FLIGHT_MS = 5000;
const CASE_MS = HOLD_MS + 2 * BACK_MS + SOON_MS;

let rig: Rig;
beforeAll(async () => {
  rig = await Rig.start();
  if (rig.network === null) console.log('no network of its own: needs root and network namespaces (iproute2); skipped');
  if (rig.disk === null) console.log('no disk of its own: needs root and the right to mount a tmpfs; skipped');
}, 240_000);
afterAll(() => rig?.close());
beforeEach(() => rig.mend(), 120_000);

/** What a rule with these figures lets through at most. `starts`: with a full bucket each. */
function expectLimited(name: string, tally: Tally, starts = 1): void {
  console.log(`${name}: ${figures(tally)}`);
  expect(tally.limitedProtocols.toSorted()).toEqual(['bolt', 'http']);
  // Of two services at two providers together, an eighth of what the rule lets through.
  expect(tally.passed).toBeGreaterThan((THRESHOLD * tally.seconds) / 2);
  expect(tally.mostPassed).toBeLessThanOrEqual(THRESHOLD * (tally.seconds + starts) + 5);
}

async function expectSound(name: string, backMs: number): Promise<void> {
  await rig.limitsBoth();
  const tally = rig.load.take();
  expectLimited(`${name}, all is well again after ${Math.round(backMs)} ms`, tally);
  expect(tally.failures).toEqual([]);
  expect(tally.failed).toBe(0);
}

/** Waits until a proxy says that its control plane is away, in words that match. */
function saysAway(sidecar: Sidecar, pattern: RegExp): Promise<boolean> {
  return until(`${sidecar.name} says that the control plane is away`, SOON_MS, async () => {
    const parts = await sidecar.unhealthy();
    if (parts.length === 2 && parts.every((part) => pattern.test(part))) return true;
    throw new Error(`it says ${JSON.stringify(parts)}`);
  });
}

function callerKnows(providers: number): Promise<boolean> {
  return until(`the caller knows ${providers} of each service`, LEASE_MS + SOON_MS, async () => {
    for (const service of [HTTP_SERVICE, BOLT_SERVICE]) {
      const { endpoints } = await rig.caller.endpoints(service);
      if (endpoints !== providers) throw new Error(`it knows ${endpoints} of ${service}`);
    }
    return true;
  });
}

async function tellsConsole(): Promise<void> {
  for (const app of ['shop', 'stock'])
    await until(`the console says that proxies of ${app} were alone`, SOON_MS, async () => {
      const events = await rig.eventsOf(app, 'control-plane');
      return /was out of reach for \d+ s/.test(events.at(-1) ?? '');
    });
}

const held = (ms: number): Promise<boolean> => {
  const endMs = performance.now() + ms;
  return until('the fault has lasted', ms + SOON_MS, () => performance.now() > endMs);
};

describe('the control plane', () => {
  test(
    'is killed, and started again on its directory',
    async () => {
      await rig.controlProgram.kill();
      for (const sidecar of [rig.caller, rig.one, rig.two]) await saysAway(sidecar, /connection/);
      await rig.limitsBoth();
      await rig.restartControl();
      await expectSound('killed', await rig.synchronised(BACK_MS));
      await tellsConsole();
    },
    CASE_MS,
  );

  test(
    'is stopped, and goes on',
    async () => {
      const { controlProgram } = rig;
      controlProgram.signal('SIGSTOP');
      try {
        const begin = performance.now();
        for (const sidecar of [rig.caller, rig.one, rig.two]) await saysAway(sidecar, /no answer|connection/);
        console.log(`stopped: noticed after ${Math.round(performance.now() - begin)} ms`);
        await held(HOLD_MS - (performance.now() - begin));
        await rig.limitsBoth();
      } finally {
        controlProgram.signal('SIGCONT');
      }
      await expectSound('stopped', await rig.synchronised(BACK_MS));
      await tellsConsole();
    },
    CASE_MS,
  );

  test(
    'is cut off by the network',
    async (context) => {
      const { network } = rig;
      if (network === null) return context.skip('needs root and network namespaces (iproute2)');
      network.cut();
      try {
        const begin = performance.now();
        for (const sidecar of [rig.caller, rig.one, rig.two]) await saysAway(sidecar, /no answer|connection/);
        console.log(`cut off: noticed after ${Math.round(performance.now() - begin)} ms`);
        await held(HOLD_MS - (performance.now() - begin));
        await rig.limitsBoth();
      } finally {
        network.heal();
      }
      await expectSound('cut off', await rig.synchronised(BACK_MS));
      await tellsConsole();
    },
    CASE_MS,
  );

  test(
    'has no disk left: what is there is pushed, services find each other, what would be written is refused',
    async (context) => {
      const { disk, client } = rig;
      if (disk === null) return context.skip('needs root and the right to mount a tmpfs');
      const rule = await client.ms.getLimitRule({ params: { id: rig.ruleDbId } });
      const { name, app, direction, services, methods, mode, enabled, spec } = rule;
      const change = (threshold: number, version: number) =>
        client.ms.replaceLimitRule(
          {
            params: { id: rig.ruleDbId },
            body: { name, app, direction, services, methods, mode, enabled, spec: { ...spec, threshold } },
          },
          { ifMatch: version },
        );
      disk.fill();
      // The database has some pages left that it had taken before.
      let version = rule.version;
      const refusal = await until('a change of the rule is refused', SOON_MS, async () => {
        try {
          version = (await change(THRESHOLD, version)).version;
          return null;
        } catch (error) {
          return error;
        }
      });
      expect(refusal).toMatchObject({ status: 503, code: 'STORAGE' });
      // A provider dies, and one that nobody has ever seen comes in its place.
      const { open } = rig.load;
      const killedMs = performance.now();
      await rig.two.kill();
      rig.two.forget();
      await callerKnows(1);
      expectOnlyInFlight(rig.load.take(), open, killedMs);
      await rig.two.start(rig.control);
      await rig.publish(rig.two);
      const { limited } = await until('it serves', SOON_MS, () => hammer(rig.two.ports.httpIngress, THRESHOLD * 3));
      expect(limited).toBeGreaterThan(0);
      await callerKnows(2);
      const during = rig.load.take();
      console.log(`disk full: ${figures(during)}`);
      expect(during.failures).toEqual([]);
      await rig.limitsBoth();
      expectLimited('disk full', rig.load.take());
      expect(await client.ms.getLimitRule({ params: { id: rig.ruleDbId } })).toMatchObject({ version });
      disk.empty();
      await until('writing goes on', SOON_MS, async () => {
        version = (await change(THRESHOLD + 1, version)).version;
        return true;
      });
      await change(THRESHOLD, version);
      await expectSound('disk full', await rig.synchronised(BACK_MS));
    },
    CASE_MS,
  );
});

describe('a proxy', () => {
  test(
    'is killed and started again while the control plane is away: it serves from its snapshot, with the rule',
    async () => {
      await rig.controlProgram.kill();
      await saysAway(rig.one, /connection/);
      const { open } = rig.load;
      const killedMs = performance.now();
      await rig.one.kill();
      const program = rig.one.spawn(rig.control);
      // From its first moment on: there is none in which it serves without the rule.
      const { passed, limited, seconds } = await until('the listener opens', SOON_MS, () =>
        hammer(rig.one.ports.httpIngress, THRESHOLD * 4),
      );
      console.log(
        `restarted alone: serves after ${Math.round(performance.now() - killedMs)} ms, ${passed} passed and ${limited} limited of its first requests`,
      );
      expect(limited).toBeGreaterThan(0);
      expect(passed).toBeLessThanOrEqual(THRESHOLD * (seconds + 1) + 1);
      await program.up();
      expect(rig.one.log()).toMatch(/the control plane \S+ is away: serving the snapshot of/);
      expect((await rig.one.unhealthy()).join()).toMatch(/serving snapshot saved/);
      await rig.limitsBoth();
      const tally = rig.load.take();
      expectLimited('restarted alone', tally, 2);
      expectOnlyInFlight(tally, open, killedMs);
      await rig.restartControl();
      await expectSound('restarted alone', await rig.synchronised(BACK_MS));
      expect((await rig.eventsOf('stock', 'start')).join()).toMatch(/started while the control plane was away/);
    },
    CASE_MS,
  );

  test(
    'is killed: the others take over, and its entries are gone when its lease is',
    async () => {
      const { open } = rig.load;
      const address = `:${rig.two.ports.httpIngress}`;
      const killedMs = performance.now();
      await rig.two.kill();
      const gone = async (what: string, isGone: () => Promise<boolean>): Promise<number> => {
        await until(`${what} of the dead proxy are gone`, LEASE_MS + 1000 + SLACK_MS, isGone);
        return performance.now() - killedMs;
      };
      const [registryMs, callerMs] = await Promise.all([
        gone('the entries', async () => {
          const { items } = await rig.client.registry.dump({ query: { size: 100 } });
          return items.length === 2;
        }),
        gone('the endpoints', async () => {
          const { addresses } = await rig.caller.endpoints(HTTP_SERVICE);
          return addresses.length === 1 && !addresses.some((known) => known.endsWith(address));
        }),
      ]);
      console.log(
        `killed: out of the registry after ${Math.round(registryMs)} ms, at the caller after ${Math.round(callerMs)} ms`,
      );
      // An entry stays for what is left of the lease: a proxy that only lost its connection is not gone.
      expect(registryMs).toBeGreaterThan(LEASE_MS / 2);
      await rig.limitsBoth();
      const tally = rig.load.take();
      expectLimited('a proxy killed', tally);
      expectOnlyInFlight(tally, open, killedMs);
      await rig.two.start(rig.control);
      await expectSound('a proxy killed', await rig.synchronised(BACK_MS));
    },
    CASE_MS,
  );
});

/** What was on its way to the proxy that died, and may not be repeated, is lost; nothing else. */
function expectOnlyInFlight(tally: Tally, openAtKill: number, killedMs: number): void {
  console.log(
    `  in flight at the kill: ${openAtKill}; lost: ${tally.failed} ${(tally.failures[0] ?? '').slice(0, 160)}`,
  );
  expect(tally.failedHttp, tally.failures.join('\n')).toBe(0);
  if (tally.failed > 0) expect(tally.lastFailureMs - killedMs).toBeLessThan(IN_FLIGHT_MS);
}

/** Sends that many requests at once straight to an ingress, and says how many passed. @throws when one gets no answer */
async function hammer(port: number, count: number): Promise<{ passed: number; limited: number; seconds: number }> {
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
