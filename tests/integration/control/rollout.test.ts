/** Rollouts of rules: shares that grow, guards that halt them, and a control plane that is stopped meanwhile. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Rollout, RolloutStep } from '@weft/api';
import { ruleKinds } from '@weft/app-control/rule-kinds';
import { startTestPlane } from '@weft/control/testing';
import type { EdgeReport } from '@weft/distribution';
import { ruleDataId } from '@weft/schema/data-id';
import { instancePercentile } from '@weft/schema/wire';
import { describe, expect, test, vi } from 'vitest';
import { commandsFor } from '../governance/command.ts';
import { BOUNDS_MS, type MeshClient } from './mesh-client.ts';
import { usePlane } from './plane-rig.ts';

const SERVICE = 'details.bookinfo:9080@Http1';
const PATIENCE = { timeout: 20_000, interval: 100 };

/** Addresses whose share of an app is below, or not below, a percentage. */
function addresses(app: string, percent: number, inside: boolean, count: number): string[] {
  const found: string[] = [];
  for (let i = 1; found.length < count; i++) {
    const ip = `10.1.${i >> 8}.${i & 255}`;
    if (instancePercentile(ip, app) < percent === inside) found.push(ip);
  }
  return found;
}

const ruleOf = (app: string, threshold: number) => ({ name: 'qps', app, services: [SERVICE], spec: { threshold } });

/** A second of traffic. */
const traffic = (app: string, counts: Partial<EdgeReport> = {}): EdgeReport => ({
  direction: 'inbound',
  sourceApp: 'productpage',
  targetApp: app,
  service: SERVICE,
  method: '',
  protocol: 'http',
  requests: 20,
  errors: 0,
  rejected: 0,
  durationMsSum: 100,
  histogram: [],
  ...counts,
});

describe('a rollout of a rule', () => {
  const rig = usePlane();
  const { api, proxy } = rig;
  const thresholdAt = (client: MeshClient, app: string): number | null => {
    const text = client.values.get(ruleDataId('LIMIT', app));
    return text === undefined ? null : (JSON.parse(text).flowControlRules[0]?.threshold ?? 0);
  };
  const create = async (app: string, threshold = 100, enabled = true): Promise<number> => {
    const { ruleDbId } = await api().createLimitRule({ body: { ...ruleOf(app, threshold), enabled } });
    return ruleDbId;
  };
  const start = (id: number, app: string, threshold: number, steps: RolloutStep[], rest: object = {}) =>
    api().startLimitRuleRollout({ params: { id }, body: { steps, rule: ruleOf(app, threshold), ...rest } });
  /** What lists of changes say of the start of a rollout. */
  const startedSays = async (id: number): Promise<string | undefined> => {
    const { items } = await api().listChanges({ query: { object: `limit/${id}` } });
    return items.find(({ operation }) => operation === 'rollout')?.result;
  };
  const read = (id: number): Promise<Rollout> => api().getLimitRuleRollout({ params: { id } });
  /** Some proxies that a share of 30 % selects, and some that it does not. */
  const fleet = (app: string, inside: number, outside: number) => ({
    inside: addresses(app, 30, true, inside).map((ip, i) => proxy(`${app}-in-${i}`, app, { ip })),
    outside: addresses(app, 30, false, outside).map((ip, i) => proxy(`${app}-out-${i}`, app, { ip })),
  });

  test('reaches its share and no other, says so in lists, grows, and ends as the next version of the rule', async () => {
    const app = 'grows';
    const { inside, outside } = fleet(app, 2, 3);
    const id = await create(app);
    for (const client of [...inside, ...outside])
      await vi.waitFor(() => expect(thresholdAt(client, app)).toBe(100), PATIENCE);
    const started = await start(id, app, 7, [
      { percent: 30, waitSec: 3600 },
      { percent: 100, waitSec: 3600 },
    ]);
    expect(started).toMatchObject({ state: 'RUNNING', percent: 30, step: 1, stepCount: 2, startedBy: 'admin' });
    expect(started.changes).toEqual([{ path: '/spec/threshold', before: 100, after: 7 }]);
    for (const client of inside) await vi.waitFor(() => expect(thresholdAt(client, app)).toBe(7), PATIENCE);
    await vi.waitFor(
      async () => expect(await read(id)).toMatchObject({ selected: 2, applied: 2, subscribers: 5 }),
      PATIENCE,
    );
    expect(outside.map((client) => thresholdAt(client, app))).toEqual([100, 100, 100]);
    expect(await startedSays(id)).toBe('2 of 2 selected proxies have it');
    expect(await api().getLimitRule({ params: { id } })).toMatchObject({
      version: 1,
      spec: { threshold: 100 },
      rollout: { state: 'RUNNING', percent: 30, selected: 2, applied: 2, subscribers: 5 },
    });
    const chosen = (await read(id)).instances.filter(({ selected }) => selected).map(({ proxyId }) => proxyId);
    expect(chosen.sort()).toEqual(['grows-in-0', 'grows-in-1']);
    // One that starts again with its address is on the same side.
    const again = proxy('grows-again', app, { ip: inside[0]?.node.ip ?? '' });
    await vi.waitFor(() => expect(thresholdAt(again, app)).toBe(7), PATIENCE);

    const done = await api().promoteLimitRuleRollout({ params: { id }, body: { comment: 'looks good' } });
    expect(done).toMatchObject({ state: 'PROMOTED', endedBy: 'admin' });
    for (const client of outside) await vi.waitFor(() => expect(thresholdAt(client, app)).toBe(7), PATIENCE);
    await vi.waitFor(async () => expect(await startedSays(id)).toBe('6 of 6 proxies have it'), PATIENCE);
    expect(await api().getLimitRule({ params: { id } })).toMatchObject({
      version: 2,
      enabled: true,
      spec: { threshold: 7 },
      rollout: null,
    });
    const { items } = await api().listLimitRuleVersions({ params: { id } });
    expect(items.map(({ operation }) => operation)).toEqual(['rollout', 'create']);
    expect((await read(id)).history.map(({ what }) => what)).toEqual(['start', 'promote']);
  });

  test('takes its steps by itself, and a rule that was off is on at its end', async () => {
    const app = 'steps';
    const { inside, outside } = fleet(app, 1, 1);
    const id = await create(app, 5, false);
    const { state } = await api().startLimitRuleRollout({
      params: { id },
      body: {
        steps: [
          { percent: 30, waitSec: 1 },
          { percent: 100, waitSec: 0 },
        ],
      },
    });
    expect(state).toBe('RUNNING');
    await vi.waitFor(() => expect(thresholdAt(inside[0] as MeshClient, app)).toBe(5), PATIENCE);
    await vi.waitFor(async () => expect((await read(id)).state).toBe('PROMOTED'), PATIENCE);
    await vi.waitFor(() => expect(thresholdAt(outside[0] as MeshClient, app)).toBe(5), PATIENCE);
    // The version is of who started it, also where the control plane ends it.
    expect(await api().getLimitRule({ params: { id } })).toMatchObject({
      enabled: true,
      version: 2,
      modifiedBy: 'admin',
    });
    const { rolloutId, history } = await read(id);
    const { items } = await api().listLimitRuleVersions({ params: { id } });
    expect(items[0]).toMatchObject({ operation: 'rollout', by: 'admin', comment: `by rollout ${rolloutId}` });
    expect(history.map(({ what, percent, by }) => [what, percent, by])).toEqual([
      ['start', 30, 'admin'],
      ['step', 100, 'weft'],
      ['promote', 100, 'weft'],
    ]);
  });

  test('stays where nobody is selected, and goes on when somebody who is has it', async () => {
    const app = 'nobody';
    const [ip = '', later = ''] = addresses(app, 30, false, 2);
    const outside = proxy('nobody-out', app, { ip });
    const id = await create(app);
    await vi.waitFor(() => expect(thresholdAt(outside, app)).toBe(100), PATIENCE);
    const selector = { labels: { lane: 'blue' } };
    await start(
      id,
      app,
      7,
      [
        { percent: 30, waitSec: 0 },
        { percent: 100, waitSec: 0 },
      ],
      { selector },
    );
    // The first step has no time: what it says is what it waits for.
    await vi.waitFor(
      async () => expect((await read(id)).text).toMatch(/^30 %: no connected proxy has the label lane=blue, nor any/),
      PATIENCE,
    );
    expect(await read(id)).toMatchObject({ state: 'RUNNING', step: 1, selected: 0 });
    expect(thresholdAt(outside, app)).toBe(100);
    // A larger share selects this one, so that it may be taken.
    const blue = proxy('nobody-blue', app, { ip: later, ...selector });
    await vi.waitFor(() => expect(thresholdAt(blue, app)).toBe(7), PATIENCE);
    await vi.waitFor(async () => expect((await read(id)).state).toBe('PROMOTED'), PATIENCE);
    await vi.waitFor(() => expect(thresholdAt(outside, app)).toBe(7), PATIENCE);
    expect((await read(id)).history.map(({ what }) => what)).toEqual(['start', 'step', 'promote']);
  });

  test('of a bad rule is given up by itself; the others never saw it, and the evidence is kept', async () => {
    const app = 'bad';
    const { inside, outside } = fleet(app, 2, 6);
    const id = await create(app);
    for (const client of [...inside, ...outside])
      await vi.waitFor(() => expect(thresholdAt(client, app)).toBe(100), PATIENCE);
    const seen = new Set<number | null>();
    await start(id, app, 1, [
      { percent: 30, waitSec: 3600, guard: { maxRejectRate: 0.05, maxErrorRate: 0.05 } },
      { percent: 100, waitSec: 0 },
    ]);
    for (const client of inside) await vi.waitFor(() => expect(thresholdAt(client, app)).toBe(1), PATIENCE);
    const report = (): void => {
      for (const client of inside) client.report([traffic(app, { rejected: 19 })]);
      for (const client of outside) {
        client.report([traffic(app, { errors: 1 })]);
        seen.add(thresholdAt(client, app));
      }
    };
    const reports = setInterval(report, 500);
    await vi
      .waitFor(async () => expect((await read(id)).state).toBe('ABORTED'), PATIENCE)
      .finally(() => clearInterval(reports));
    for (const client of inside) await vi.waitFor(() => expect(thresholdAt(client, app)).toBe(100), PATIENCE);
    expect([...seen]).toEqual([100]);
    const ended = await read(id);
    expect(ended.breach).toMatchObject({ guard: 'maxRejectRate', limit: 0.05, reference: 0 });
    expect(ended.breach?.found).toBeGreaterThan(0.5);
    expect(['others', 'none']).toContain(ended.breach?.referenceOf);
    expect(ended.breach?.proxies.sort()).toEqual(['bad-in-0', 'bad-in-1']);
    expect(ended.history.at(-1)).toMatchObject({
      what: 'halt',
      by: 'weft',
      text: expect.stringMatching(/^refused requests: found/),
    });
    expect(await api().getLimitRule({ params: { id } })).toMatchObject({
      version: 1,
      spec: { threshold: 100 },
      rollout: null,
    });
    const { items } = await rig.plane.admin.client.osp.listAudit({
      query: { action: 'ms.rollout.halt', object: `limit/${id}` },
    });
    expect(items[0]).toMatchObject({ actor: 'weft', actorType: 'COMPONENT' });
    expect(JSON.stringify(items[0])).toContain('maxRejectRate');
    const { items: changes } = await api().listChanges({ query: { object: `limit/${id}` } });
    expect(changes[0]).toMatchObject({ operation: 'rollout halt', actor: 'weft' });
    // What everybody has now is a newer version, with the old content.
    expect(await startedSays(id)).toBe('2 of 2 selected proxies had it');
  });

  test('is given up by itself when its slowest hundredth is slower, though its mean is not', async () => {
    const app = 'slow';
    const { inside, outside } = fleet(app, 1, 2);
    const id = await create(app);
    for (const client of [...inside, ...outside])
      await vi.waitFor(() => expect(thresholdAt(client, app)).toBe(100), PATIENCE);
    await start(id, app, 7, [
      { percent: 30, waitSec: 3600, guard: { maxRtIncreaseMs: 20, maxP99IncreaseMs: 50, minRequests: 10 } },
      { percent: 100, waitSec: 0 },
    ]);
    for (const client of inside) await vi.waitFor(() => expect(thresholdAt(client, app)).toBe(7), PATIENCE);
    // Of 20 requests one took 100 to 200 ms; everywhere else all took 2 to 5 ms. The mean is the same.
    const within = (slow: number): number[] => BOUNDS_MS.map((ms) => (ms === 5 ? 20 - slow : ms === 200 ? slow : 0));
    const reports = setInterval(() => {
      for (const client of inside) client.report([traffic(app, { histogram: [...within(1), 0] })]);
      for (const client of outside) client.report([traffic(app, { histogram: [...within(0), 0] })]);
    }, 200);
    await vi
      .waitFor(async () => expect((await read(id)).state).toBe('ABORTED'), PATIENCE)
      .finally(() => clearInterval(reports));
    for (const client of inside) await vi.waitFor(() => expect(thresholdAt(client, app)).toBe(100), PATIENCE);
    const { breach, history } = await read(id);
    expect(breach).toMatchObject({ guard: 'maxP99IncreaseMs', limit: 50 });
    expect(breach?.requests).toBeGreaterThanOrEqual(100);
    expect(breach?.reference).toBeLessThanOrEqual(5);
    expect(breach?.found).toBeGreaterThan(100);
    expect(history.at(-1)?.text).toMatch(/^p99: found 1\d\d ms, with the others 4(\.\d+)? ms, at most 50 ms/);
  });

  test('a larger share keeps everybody that had it, and whoever starts again is on the side it was on', async () => {
    const app = 'monotone';
    const shares = [10, 30, 100];
    const ips = [...addresses(app, 10, true, 2), ...addresses(app, 30, false, 3)];
    for (let i = 1; ips.length < 8; i++) {
      const share = instancePercentile(`10.2.0.${i}`, app);
      if (share >= 10 && share < 30) ips.push(`10.2.0.${i}`);
    }
    const clients = ips.map((ip, i) => proxy(`${app}-${i}`, app, { ip }));
    const insideOf = (percent: number) => ips.map((ip) => instancePercentile(ip, app) < percent);
    const have = () => clients.map((client) => thresholdAt(client, app) === 7);
    const id = await create(app, 7, false);
    // A step ends when the requests came that it waits for: by what the test reports, not by time. Each waits for more than
    // can be left of the reports that ended the one before.
    const requests = shares.map((_, at) => 20 * 200 ** at);
    const steps = shares.map((percent, at) => ({
      percent,
      waitSec: 0,
      guard: { maxErrorRate: 1, minRequests: requests[at] ?? 0 },
    }));
    await api().startLimitRuleRollout({ params: { id }, body: { steps, autoPromote: false } });
    for (const [at, percent] of shares.entries()) {
      await vi.waitFor(async () => expect((await read(id)).percent).toBe(percent), PATIENCE);
      await vi.waitFor(() => expect(have()).toEqual(insideOf(percent)), PATIENCE);
      await vi.waitFor(async () => {
        const { selected, applied } = await read(id);
        expect([selected, applied]).toEqual(Array(2).fill(insideOf(percent).filter(Boolean).length));
      }, PATIENCE);
      if (percent === 30) {
        // One of each side goes away and comes back, as another process with its address.
        for (const which of [0, 2]) {
          await clients[which]?.close();
          clients[which] = proxy(`${app}-${which}-again`, app, { ip: ips[which] ?? '' });
        }
        await vi.waitFor(
          () => expect(clients.every((client) => thresholdAt(client, app) !== null)).toBe(true),
          PATIENCE,
        );
        expect(have()).toEqual(insideOf(percent));
      }
      const reports = setInterval(() => clients[1]?.report([traffic(app, { requests: requests[at] ?? 0 })]), 200);
      await vi
        .waitFor(async () => {
          const { percent: now, text } = await read(id);
          expect(now > percent || text.includes('waits for somebody')).toBe(true);
        }, PATIENCE)
        .finally(() => clearInterval(reports));
    }
    await api().abortLimitRuleRollout({ params: { id }, body: {} });
  });

  test('whoever is outside keeps what it had, or nothing, until the end; given up, nobody has it any more', async () => {
    for (const enabled of [true, false]) {
      const app = enabled ? 'keeps' : 'keeps-nothing';
      const { inside, outside } = fleet(app, 4, 4);
      const id = await create(app, 100, enabled);
      const before = enabled ? 100 : 0;
      await start(id, app, 7, [{ percent: 30, waitSec: 3600 }]);
      for (const client of inside) await vi.waitFor(() => expect(thresholdAt(client, app)).toBe(7), PATIENCE);
      for (const client of outside) await vi.waitFor(() => expect(thresholdAt(client, app)).toBe(before), PATIENCE);
      await api().abortLimitRuleRollout({ params: { id }, body: {} });
      // Not with a tick or a step: the values are back when the call is answered, and proxies get them at once.
      const { items } = await api().listLimitRules({ query: { app } });
      expect(items[0]).toMatchObject({ rollout: null, version: 1, enabled });
      for (const client of [...inside, ...outside])
        await vi.waitFor(() => expect(thresholdAt(client, app)).toBe(before), PATIENCE);
    }
  });

  test('lists say the share and how many proxies have it, and the rollout which ones', async () => {
    const app = 'listed';
    const { inside } = fleet(app, 3, 5);
    const id = await create(app);
    await start(id, app, 7, [{ percent: 30, waitSec: 3600 }]);
    await vi.waitFor(async () => {
      const { items } = await api().listLimitRules({ query: { app } });
      expect(items[0]?.rollout).toMatchObject({ percent: 30, selected: 3, applied: 3, subscribers: 8 });
    }, PATIENCE);
    const { secret } = await rig.plane.admin.client.osp.createToken({ body: { name: 'lists' } });
    const run = commandsFor(rig.plane, secret);
    expect((await run('rule', 'list', '--app', app)).said).toContain('rollout at 30 %, 3 of 8 proxies');
    const { said } = await run('rule', 'rollout', 'status', `${app}/qps`);
    const rows = said.split('\n').filter((line) => line.includes('APPLIED'));
    expect(rows).toHaveLength(3);
    for (const { node } of inside) expect(rows.filter((line) => line.includes(`${node.ip} `))).toHaveLength(1);
    await api().abortLimitRuleRollout({ params: { id }, body: {} });
    const rule = (name: string): object => ({ ...ruleOf(app, 9), name });
    const file = path.join(rig.plane.directory, 'listed.json');
    writeFileSync(file, JSON.stringify([rule('other'), rule('qps')]));
    const started = await run('rule', 'rollout', 'start', `${app}/qps`, '-f', file, '--steps', '30:3600');
    expect(started.said).toMatch(/^took \S+listed\.json: rule 2 \(qps\)\nlisted\/qps: rollout \d+, RUNNING/);
    await api().abortLimitRuleRollout({ params: { id }, body: {} });
  });

  test('goes on where the others fail as much, and not while too few requests came', async () => {
    const app = 'fails';
    const { inside, outside } = fleet(app, 1, 2);
    const id = await create(app);
    for (const client of [...inside, ...outside])
      await vi.waitFor(() => expect(thresholdAt(client, app)).toBe(100), PATIENCE);
    await start(id, app, 50, [{ percent: 30, waitSec: 0, guard: { maxErrorRate: 0.05, minRequests: 50 } }], {
      autoPromote: false,
    });
    await vi.waitFor(async () => expect((await read(id)).text).toMatch(/waits for 50 requests .* 0 so far/), PATIENCE);
    const reports = setInterval(() => {
      for (const client of [...inside, ...outside]) client.report([traffic(app, { errors: 8 })]);
    }, 200);
    await vi
      .waitFor(async () => expect((await read(id)).text).toMatch(/waits for somebody to promote/), PATIENCE)
      .finally(() => clearInterval(reports));
    expect(await read(id)).toMatchObject({ state: 'RUNNING', breach: null, figures: { referenceOf: 'others' } });
    await api().abortLimitRuleRollout({ params: { id }, body: {} });
  });

  test('is given up when a proxy refuses the new content', async () => {
    const app = 'refuses';
    const [ip = ''] = addresses(app, 30, true, 1);
    proxy('refuses-1', app, {
      ip,
      judge: ({ updated }) =>
        updated.flatMap(({ name, value }) =>
          Buffer.from(value.value).toString().includes('"threshold":13') ? [{ name, reason: 'unlucky' }] : [],
        ),
    });
    const id = await create(app);
    await start(id, app, 13, [{ percent: 30, waitSec: 3600 }]);
    await vi.waitFor(async () => expect((await read(id)).state).toBe('ABORTED'), PATIENCE);
    expect((await read(id)).breach).toMatchObject({ guard: 'refused', reason: 'unlucky', proxies: ['refuses-1'] });
  });

  test('is alone in its document: others, and changes of its rule, are refused with its name', async () => {
    const app = 'alone';
    const id = await create(app);
    const { ruleDbId: second } = await api().createLimitRule({ body: { ...ruleOf(app, 9), name: 'second' } });
    await start(id, app, 7, [{ percent: 30, waitSec: 3600 }]);
    const conflict = { status: 409, code: 'CONFLICT', message: expect.stringContaining(`limit/${id} qps`) };
    await expect(start(id, app, 8, [{ percent: 30, waitSec: 1 }])).rejects.toMatchObject(conflict);
    await expect(
      api().startLimitRuleRollout({ params: { id: second }, body: { steps: [{ percent: 5, waitSec: 1 }] } }),
    ).rejects.toMatchObject(conflict);
    await expect(api().disableLimitRule({ params: { id } })).rejects.toMatchObject(conflict);
    await expect(api().deleteLimitRule({ params: { id } })).rejects.toMatchObject(conflict);
    await expect(api().enableLimitRule({ params: { id: second } })).rejects.toMatchObject(conflict);
    await expect(
      rig.plane.admin.client.drm.abortGray({ body: { dataId: ruleDataId('LIMIT', app) } }),
    ).rejects.toMatchObject({ status: 409 });
    await api().pauseLimitRuleRollout({ params: { id }, body: {} });
    await expect(api().pauseLimitRuleRollout({ params: { id }, body: {} })).rejects.toMatchObject({ status: 409 });
    expect(await api().resumeLimitRuleRollout({ params: { id }, body: {} })).toMatchObject({ state: 'RUNNING' });
    expect(await api().abortLimitRuleRollout({ params: { id }, body: { comment: 'no' } })).toMatchObject({
      state: 'ABORTED',
      history: [{ what: 'start' }, { what: 'pause' }, { what: 'resume' }, { what: 'abort', text: 'no' }],
    });
    await api().enableLimitRule({ params: { id: second } });
    await expect(api().abortLimitRuleRollout({ params: { id }, body: {} })).rejects.toMatchObject({ status: 404 });
  });

  test('of a rule that is off refuses to switch it off: it would be on for everybody at the end', async () => {
    const app = 'stops';
    const id = await create(app, 100, false);
    const params = { id };
    const steps = [{ percent: 30, waitSec: 3600 }];
    await api().startLimitRuleRollout({ params, body: { steps } });
    const conflict = { code: 'CONFLICT', message: expect.stringMatching(/is under way: promote or abort it first/) };
    await expect(api().disableLimitRule({ params })).rejects.toMatchObject({ status: 409, ...conflict });
    await expect(api().enableLimitRule({ params })).rejects.toMatchObject({ status: 409, ...conflict });
    const { items } = await api().batchLimitRules({ body: { op: 'disable', ids: [id] } });
    expect(items).toEqual([{ id, ok: false, ...conflict }]);
    await api().abortLimitRuleRollout({ params, body: {} });
    expect(await api().disableLimitRule({ params })).toMatchObject({ enabled: false, rollout: null });
  });

  test('is checked before anything happens, and needs the right to publish', async () => {
    const app = 'checked';
    const id = await create(app);
    const at = (path: string) => ({ status: 400, fields: [expect.objectContaining({ path })] });
    await expect(
      start(id, app, 7, [
        { percent: 30, waitSec: 1 },
        { percent: 30, waitSec: 1 },
      ]),
    ).rejects.toMatchObject(at('/steps/1/percent'));
    await expect(start(id, app, 7, [{ percent: 50, waitSec: 0 }])).rejects.toMatchObject(at('/steps/0/waitSec'));
    await expect(start(id, app, -1, [{ percent: 30, waitSec: 1 }])).rejects.toMatchObject(at('/rule/spec/threshold'));
    await expect(start(id, 'other', 7, [{ percent: 30, waitSec: 1 }])).rejects.toMatchObject(at('/rule/app'));
    await expect(start(id, app, 100, [{ percent: 30, waitSec: 1 }])).rejects.toMatchObject({ status: 409 });
    await expect(read(id)).rejects.toMatchObject({ status: 404 });
    const { client } = await rig.plane.createUser('developer', 'rolls-out');
    await expect(
      client.ms.startLimitRuleRollout({ params: { id }, body: { steps: [{ percent: 5, waitSec: 0 }] } }),
    ).rejects.toMatchObject({ status: 403 });
  });

  test('is for chosen places only', async () => {
    const app = 'chosen';
    const one = proxy('chosen-1', app, { ip: '10.1.0.1', labels: { lane: 'blue' } });
    const two = proxy('chosen-2', app, { ip: '10.1.0.2' });
    const id = await create(app);
    for (const client of [one, two]) await vi.waitFor(() => expect(thresholdAt(client, app)).toBe(100), PATIENCE);
    await start(id, app, 7, [{ percent: 100, waitSec: 3600 }], { selector: { labels: { lane: 'blue' }, apps: [app] } });
    await vi.waitFor(() => expect(thresholdAt(one, app)).toBe(7), PATIENCE);
    await vi.waitFor(
      async () => expect(await read(id)).toMatchObject({ selected: 1, applied: 1, subscribers: 2 }),
      PATIENCE,
    );
    expect(thresholdAt(two, app)).toBe(100);
    await api().abortLimitRuleRollout({ params: { id }, body: {} });
    await vi.waitFor(() => expect(thresholdAt(one, app)).toBe(100), PATIENCE);
  });
});

test('a rollout goes on after a restart of the control plane', async () => {
  const first = await startTestPlane({ ruleKinds });
  const { ms } = first.admin.client;
  const { ruleDbId: id } = await ms.createLimitRule({
    body: { ...ruleOf('again', 100), enabled: true },
  });
  const params = { id };
  await ms.startLimitRuleRollout({
    params,
    body: {
      steps: [
        { percent: 30, waitSec: 600 },
        { percent: 100, waitSec: 0 },
      ],
      rule: ruleOf('again', 7),
      comment: 'kept',
    },
  });
  await ms.pauseLimitRuleRollout({ params, body: {} });
  await first.plane.stop();
  const second = await startTestPlane({ ruleKinds, dataDirectory: first.directory });
  try {
    const again = second.admin.client.ms;
    expect(await again.getLimitRuleRollout({ params })).toMatchObject({
      state: 'PAUSED',
      percent: 30,
      comment: 'kept',
    });
    await expect(again.disableLimitRule({ params })).rejects.toMatchObject({ status: 409 });
    expect(await again.promoteLimitRuleRollout({ params, body: {} })).toMatchObject({ state: 'PROMOTED' });
    expect(await again.getLimitRule({ params })).toMatchObject({ spec: { threshold: 7 }, version: 2 });
  } finally {
    await second.stop();
    await first.stop();
  }
});
