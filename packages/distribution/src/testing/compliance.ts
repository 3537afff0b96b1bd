/** What every transport must carry, and what engine and client promise over it. */
import { createRandom } from '@weft/kit';
import { afterEach, describe, expect, test } from 'vitest';
import { createRegistrySession, createReportStream, type Rejection } from '../client/index.ts';
import type { DistributionServerEvents, DistributionServerOptions } from '../server/index.ts';
import type { Snapshot, SnapshotEntry, SnapshotStore } from '../snapshot/index.ts';
import { STATUS, type StreamStatus } from '../transport/index.ts';
import { type AdminAnswer, MAX_ADMIN_BODY_BYTES, type Report, type RuleAsk } from '../wire/index.ts';
import type { OpenTestNetwork } from './networks.ts';
import { encodeValue, Rig, TYPE } from './rig.ts';

function memorySnapshot(): SnapshotStore & { entries: readonly SnapshotEntry[] } {
  return {
    entries: [],
    load(): Snapshot {
      return { generation: 1, savedAtMs: 1, entries: this.entries, rejected: [] };
    },
    async save(entries) {
      this.entries = entries;
    },
  };
}

export function distributionComplianceSuite(name: string, openNetwork: OpenTestNetwork): void {
  describe(`distribution over ${name}`, () => {
    let rig: Rig;
    const start = async (options: Partial<DistributionServerOptions> = {}): Promise<Rig> => {
      rig = await new Rig(options).open(openNetwork);
      return rig;
    };
    afterEach(() => rig.close());

    test('a client receives what it asked for, then what changes of it, then removals, and nothing else', async () => {
      await start();
      rig.put('a', 1);
      rig.put('other', 1);
      const one = rig.client({ names: ['a', 'later'] });
      await rig.until('first value', () => one.state.get('a') === 'a 1');
      rig.put('other', 2);
      rig.put('later', 5);
      await rig.until('created later', () => one.state.get('later') === 'later 5');
      rig.remove('a');
      await rig.until('removed', () => !one.state.has('a'));
      expect(one.updates.map(({ updated, removed }) => [updated.map(({ name }) => name), removed])).toEqual([
        // Whoever asks for a name hears that there is nothing of it yet.
        [['a'], ['later']],
        [['later'], []],
        [[], ['a']],
      ]);
      await rig.until('acked', () => rig.server.receivers(TYPE, 'later')[0]?.ackedVersion === 5);
      expect(rig.server.receivers(TYPE, 'other')).toEqual([]);
      expect(rig.server.nodes()[0]?.node).toMatchObject({ app: 'shop', tenant: 'T', labels: { track: 'stable' } });
    });

    test('changes while a client is busy are merged into one push with the last version', async () => {
      await start();
      let proceed: () => void = () => {};
      const busy = new Promise<void>((resolve) => {
        proceed = resolve;
      });
      let calls = 0;
      const one = rig.client({ names: ['a', 'b'], judge: () => (calls++ === 0 ? busy.then(() => []) : []) });
      rig.put('a', 1);
      await rig.until('first push is being applied', () => calls === 1);
      for (let version = 2; version <= 100; version++) {
        rig.put('a', version);
        rig.put('b', version);
      }
      expect(rig.server.stats().pendingNames).toBeLessThanOrEqual(2);
      proceed();
      await rig.until('last version', () => one.state.get('a') === 'a 100' && one.state.get('b') === 'b 100');
      expect(calls).toBe(2);
    });

    test('one bad resource is rejected with its reason, the others of the response apply, and it is not sent again', async () => {
      await start();
      const judge = ({ updated }: { updated: readonly { name: string; version: number }[] }): Rejection[] =>
        updated
          .filter(({ name, version }) => name === 'bad' && version === 2)
          .map(({ name }) => ({ name, reason: '$.limit: found -1, expected 1 or more' }));
      for (const name of ['x', 'bad', 'y']) rig.put(name, 1);
      const one = rig.client({ names: ['x', 'bad', 'y'], judge });
      await rig.until('first', () => one.state.size === 3);
      for (const name of ['x', 'bad', 'y']) rig.put(name, 2);
      const rejected = () => rig.server.receivers(TYPE, 'bad')[0]?.rejected;
      await rig.until('rejected', () => rejected() !== undefined);
      await rig.until('others', () => one.state.get('x') === 'x 2' && one.state.get('y') === 'y 2');
      expect(one.state.get('bad')).toBe('bad 1');
      expect(rejected()).toEqual({ version: 2, reason: '$.limit: found -1, expected 1 or more' });
      expect(rig.server.receivers(TYPE, 'bad')[0]).toMatchObject({ ackedVersion: 1, sentVersion: 2 });
      const seen = () => one.updates.flatMap(({ updated }) => updated).filter(({ name }) => name === 'bad').length;
      expect(seen()).toBe(2);

      rig.server.notify(TYPE, ['bad']);
      rig.put('x', 3);
      await rig.until('x 3', () => one.state.get('x') === 'x 3');
      expect(seen()).toBe(2);
      // Nor after a reconnect.
      rig.network.cut();
      await rig.untilWithin('reconnected', 60_000, () => one.client.stats().reconnectsTotal === 1);
      rig.put('x', 4);
      await rig.untilWithin('x 4', 60_000, () => one.state.get('x') === 'x 4');
      expect(rig.server.stats().rejectedTotal).toBe(1);
      rig.put('bad', 3);
      await rig.until('mended', () => one.state.get('bad') === 'bad 3');
      await rig.until('no longer rejected', () => rejected() === undefined);
    });

    test('what was rejected is sent again when somebody asks, and only to who does not have it', async () => {
      await start();
      let accepts = false;
      const judge = ({ updated }: { updated: readonly { name: string; version: number }[] }): Rejection[] =>
        updated.filter(({ version }) => version === 2 && !accepts).map(({ name }) => ({ name, reason: 'no room' }));
      rig.put('a', 1);
      const good = rig.client({ names: ['a'], app: 'good' });
      const bad = rig.client({ names: ['a'], app: 'bad', judge });
      await rig.until('first', () => good.state.get('a') === 'a 1' && bad.state.get('a') === 'a 1');
      rig.put('a', 2);
      await rig.until('one of two', () => good.state.get('a') === 'a 2' && rig.server.stats().rejectedTotal === 1);
      expect(rig.server.resend(TYPE, 'a', () => true)).toBe(1);
      await rig.until('rejected again', () => rig.server.stats().rejectedTotal === 2);
      accepts = true;
      expect(rig.server.resend(TYPE, 'a', (node) => node.app === 'good')).toBe(0);
      expect(rig.server.resend(TYPE, 'a', (node) => node.app === 'bad')).toBe(1);
      await rig.until('applied', () => bad.state.get('a') === 'a 2');
      await rig.until('acknowledged', () =>
        rig.server
          .receivers(TYPE, 'a')
          .every(({ ackedVersion, rejected }) => ackedVersion === 2 && rejected === undefined),
      );
      expect(rig.server.resend(TYPE, 'a', () => true)).toBe(0);
      expect(good.updates.flatMap(({ updated }) => updated)).toHaveLength(2);
    });

    test('an apply that throws rejects all of its update and goes on with the next', async () => {
      await start();
      let calls = 0;
      const one = rig.client({
        names: ['a'],
        judge: () => {
          if (calls++ === 0) throw new Error('boom');
          return [];
        },
      });
      rig.put('a', 1);
      await rig.until('rejected', () => rig.server.receivers(TYPE, 'a')[0]?.rejected !== undefined);
      expect(rig.server.receivers(TYPE, 'a')[0]?.rejected?.reason).toContain('boom');
      rig.put('a', 2);
      await rig.until('applied', () => one.state.get('a') === 'a 2');
    });

    test('each node receives only what its scope allows, in the version of its side', async () => {
      await start();
      rig.override = (name, node) => {
        if (name === 'secret' && node.app !== 'bank') return undefined;
        return name === 'gray' && node.app === 'bank' ? gray : 'usual';
      };
      const gray = encodeValue('gray', 9, 'gray side', true);
      rig.put('secret', 1);
      rig.put('gray', 8);
      const shop = rig.client({ app: 'shop', names: ['*'] });
      const bank = rig.client({ app: 'bank', names: ['*'] });
      await rig.until('both', () => shop.state.size === 1 && bank.state.size === 2);
      expect(shop.state.get('gray')).toBe('gray 8');
      expect(bank.state.get('gray')).toBe('gray side');
      expect([...shop.state.keys()]).toEqual(['gray']);
      // The scope closes: the node that held it is told so.
      rig.override = (name) => (name === 'gray' ? gray : undefined);
      rig.server.notifyNodes(TYPE, () => true);
      await rig.until('promoted', () => shop.state.get('gray') === 'gray side');
      await rig.until('removed', () => !bank.state.has('secret'));
    });

    test('a version never goes backwards', async () => {
      await start();
      rig.put('a', 7);
      const one = rig.client({ names: ['a', 'mark'] });
      await rig.until('first', () => one.state.get('a') === 'a 7');
      rig.put('a', 6);
      rig.put('mark', 1);
      await rig.until('mark', () => one.state.has('mark'));
      expect(one.state.get('a')).toBe('a 7');
      expect(rig.server.stats().regressionsTotal).toBe(1);
    });

    test.each([['*'], ['a', 'same']])(
      'other content in the version that a client holds is told to the owner (%s, …)',
      async (...names) => {
        const told: string[] = [];
        const tell: DistributionServerEvents['ahead'] = (_node, _type, name, had, given) =>
          told.push(`${name} ${had} ${given}`);
        await start({ events: { ahead: tell } });
        rig.put('a', 5, 'lost with the disk');
        rig.put('same', 5);
        const one = rig.client({ names, snapshot: memorySnapshot() });
        const unsaved = rig.client({ names });
        await rig.until('all', () => rig.server.stats().ackedTotal === 4);
        rig.network.cut();
        await rig.until('lost', () => one.link.state !== 'ready');
        // A restored control plane that counts up to the very number: encoded anew, so the value is another object, too.
        rig.values.set('a', encodeValue('a', 5, 'after the restore'));
        rig.values.set('same', encodeValue('same', 5, 'same 5'));
        await rig.untilWithin('told', 60_000, () => told.length > 1);
        await rig.turns();
        expect(told).toEqual(['a 5 5', 'a 5 5']);
        expect(one.state.get('a')).toBe('lost with the disk');
        rig.put('a', 6, 'after the restore');
        await rig.until('mended', () => one.state.get('a') === 'after the restore');
        await rig.until('mended, too', () => unsaved.state.get('a') === 'after the restore');
        expect(one.updates.at(-1)?.updated.map(({ name }) => name)).toEqual(['a']);
      },
    );

    test('after a reconnect only the difference travels', async () => {
      await start();
      const names = Array.from({ length: 300 }, (_, index) => `name-${index}`);
      for (const each of names) rig.put(each, 1);
      const one = rig.client({ names });
      await rig.until('all', () => one.state.size === 300);
      await rig.until('all acked', () => rig.server.stats().ackedTotal === 300);
      rig.network.cut();
      await rig.until('lost', () => one.link.state !== 'ready');
      one.updates.length = 0;
      rig.put('name-5', 2);
      rig.remove('name-6');
      await rig.untilWithin('changed', 60_000, () => one.state.get('name-5') === 'name-5 2' && one.state.size === 299);
      expect(one.updates).toHaveLength(1);
      expect(one.updates[0]?.updated.map(({ name: updated }) => updated)).toEqual(['name-5']);
      expect(one.updates[0]?.removed).toEqual(['name-6']);
      await rig.until('acked', () => rig.server.stats().ackedTotal === 301);
      expect(rig.server.stats().resourcesTotal).toBe(301);
    });

    test('names come and go while the stream stands', async () => {
      await start();
      rig.put('a', 1);
      rig.put('b', 1);
      const one = rig.client({ names: ['a'] });
      await rig.until('a', () => one.state.has('a'));
      one.subscription.add(['b']);
      await rig.until('b', () => one.state.has('b'));
      one.subscription.remove(['a']);
      await rig.until('unsubscribed', () => rig.server.receivers(TYPE, 'a').length === 0);
      rig.put('a', 2);
      rig.put('b', 2);
      await rig.until('b 2', () => one.state.get('b') === 'b 2');
      expect(one.state.get('a')).toBe('a 1');
      one.subscription.add(['a']);
      await rig.until('a again', () => one.state.get('a') === 'a 2');
    });

    test('a set larger than a message is split, and what fits into none is reported and left out', async () => {
      await start({ limits: { maxMessageBytes: 16_384 } });
      const names = Array.from({ length: 40 }, (_, index) => `name-${index}`);
      for (const each of names) rig.put(each, 1, 'x'.repeat(2000));
      rig.put('huge', 1, 'x'.repeat(20_000));
      const one = rig.client({ names: [...names, 'huge'] });
      await rig.until('all', () => one.state.size === 40);
      expect(one.updates.length).toBeGreaterThan(5);
      expect(rig.server.receivers(TYPE, 'huge')[0]?.rejected?.reason).toMatch(/not sent: \d+ bytes/);
      rig.put('huge', 2, 'small');
      await rig.until('fits now', () => one.state.get('huge') === 'small');
    });

    test('while frozen, changes are kept and new subscriptions served; thawing sends the last', async () => {
      await start();
      rig.put('a', 1);
      rig.put('b', 1);
      const one = rig.client({ names: ['a'] });
      await rig.until('a', () => one.state.has('a'));
      rig.server.freeze(TYPE);
      for (const version of [2, 3, 4]) rig.put('a', version);
      one.subscription.add(['b']);
      await rig.until('b', () => one.state.has('b'));
      rig.values.set('b', encodeValue('b', 2, 'urgent'));
      rig.server.notify(TYPE, ['b'], { urgent: true });
      await rig.until('urgent', () => one.state.get('b') === 'urgent');
      expect(one.state.get('a')).toBe('a 1');
      rig.server.thaw();
      await rig.until('thawed', () => one.state.get('a') === 'a 4');
      const versions = one.updates.flatMap(({ updated }) => updated.filter(({ name: n }) => n === 'a'));
      expect(versions.map(({ version }) => version)).toEqual([1, 4]);
    });

    test('a change that nobody announced is found by the next digest', async () => {
      await start();
      rig.put('a', 1);
      const one = rig.client({ names: ['a'] });
      await rig.until('a', () => one.state.has('a'));
      rig.values.set('a', encodeValue('a', 2, 'silent'));
      await rig.untilWithin('repaired', 61_000, () => one.state.get('a') === 'silent', 1000);
      expect(rig.server.stats().repairsTotal).toBe(1);
      await rig.until('acked', () => rig.server.receivers(TYPE, 'a')[0]?.ackedVersion === 2);
      // Nothing to repair any more.
      rig.clock.advance(60_000);
      rig.put('a', 3);
      await rig.until('a 3', () => one.state.get('a') === 'a 3');
      expect(rig.server.stats().repairsTotal).toBe(1);
    });

    test('damaged bytes are sent again a few times, then count as rejected', async () => {
      await start();
      const good = encodeValue('a', 2, 'good');
      const damaged = { version: 2, body: new Uint8Array(good.body) };
      const at = Buffer.from(damaged.body).indexOf('good');
      damaged.body[at] = 0x62;
      let asked = 0;
      rig.override = (name_) => (name_ === 'a' ? (asked++ < 2 ? { ...damaged } : good) : 'usual');
      const one = rig.client({ names: ['a', 'b'] });
      await rig.until('good at last', () => one.state.get('a') === 'good');
      expect(rig.server.stats().rejectedTotal).toBe(2);
      rig.override = (name_) => (name_ === 'b' ? { ...damaged } : 'usual');
      rig.server.notify(TYPE, ['b']);
      await rig.until('given up', () => rig.server.stats().rejectedTotal === 6);
      expect(rig.server.receivers(TYPE, 'b')[0]?.rejected?.reason).toMatch(/sha256/);
      expect(one.state.has('b')).toBe(false);
    });

    test('a client that never answers loses its stream after the time for it; others go on', async () => {
      await start({ limits: { ackTimeoutMs: 20_000 } });
      const ends: number[] = [];
      const stuck = rig.client({ app: 'stuck', names: ['a'], judge: () => new Promise(() => {}) });
      stuck.link.onState((state) => {
        if (state === 'waiting') ends.push(1);
      });
      const fine = rig.client({ app: 'fine', names: ['a'] });
      rig.put('a', 1);
      await rig.until('pushed', () => fine.state.has('a') && stuck.updates.length === 1);
      await rig.untilWithin(
        'cut off',
        30_000,
        () => rig.server.nodes().some(({ node }) => node.app === 'stuck') === false,
        500,
      );
      rig.put('a', 2);
      await rig.until('the other goes on', () => fine.state.get('a') === 'a 2');
    });

    test('a wrong secret is refused with the reason and tried again only after the longest interval', async () => {
      await start();
      const one = rig.client({ names: ['a'], secret: 'wrong' });
      await rig.until('refused', () => one.link.state === 'refused');
      expect(one.link.reason).toContain('signature');
      const attempts = one.link.attempts;
      rig.clock.advance(14_000);
      expect(one.link.attempts).toBe(attempts);
      rig.clock.advance(17_000);
      expect(one.link.attempts).toBeGreaterThan(attempts);
    });

    test('streams of a disabled key are ended', async () => {
      await start();
      const one = rig.client({ names: ['a'] });
      rig.put('a', 1);
      await rig.until('a', () => one.state.has('a'));
      const status = { code: STATUS.unauthenticated, message: 'the key was disabled' };
      expect(rig.server.disconnect(({ accessKey }) => accessKey === 'key', status)).toBe(1);
      await rig.until('refused', () => one.link.state === 'refused');
      expect(one.state.get('a')).toBe('a 1');
    });

    test('too many names end the stream with the reason; other clients go on', async () => {
      const ends: StreamStatus[] = [];
      await start({
        limits: { maxNamesPerClient: 10 },
        events: { disconnected: (_node, status) => ends.push(status) },
      });
      rig.client({ names: Array.from({ length: 11 }, (_, index) => `n${index}`) });
      await rig.until('refused', () => ends.length === 1);
      expect(ends[0]).toEqual({ code: STATUS.resourceExhausted, message: 'more than 10 names' });
      const other = rig.client({ names: ['fine'] });
      rig.put('fine', 1);
      await rig.until('others go on', () => other.state.has('fine'));
    });

    test('a publication is kept in the registry over reconnects, in the same session, until it is taken back', async () => {
      const seen: string[] = [];
      let forMs = 60_000;
      const asked = ({ asks }: { readonly asks: readonly RuleAsk[] }): string => asks.map((ask) => ask.forMs).join();
      await start({
        registry: (peer) => ({
          message(message) {
            const { kind } = message;
            seen.push(kind === 'hello' ? `hello ${message.sessionId} ${message.leaseSeconds} ${asked(message)}` : kind);
            if (message.kind !== 'publish') return;
            const { registId, port } = message.publication;
            if (port === 0) peer.send({ kind: 'refused', registId, reason: 'port 0' });
            else peer.send({ kind: 'accepted', registId, version: 7 });
          },
          closed: ({ code }) => seen.push(`closed ${code}`),
        }),
      });
      const judged = { calls: 8, exceptions: 5, maxInstances: 1, maxRatio: 0.5 };
      const session = createRegistrySession({
        link: rig.link(),
        sessionId: 's1',
        clock: rig.clock,
        asks: () => [{ ruleDbId: 7, service: 'svc', granted: true, forMs, ...judged }],
      });
      const publication = {
        registId: 'r1',
        dataId: 'svc',
        instanceId: '',
        group: 'g',
        protocol: 'http',
        address: '10.0.0.1',
        port: 80,
        weight: 100,
        metadata: { zone: 'z' },
      };
      session.publish(publication);
      session.publish({ ...publication, registId: 'r2', port: 0 });
      const states = () => session.publications().map(({ state }) => state);
      await rig.until('answered', () => String(states()) === 'accepted,refused');
      rig.clock.advance(3000);
      await rig.until('renewed', () => seen.at(-1) === 'renew');
      expect(seen).toEqual(['hello s1 10 60000', 'publish', 'publish', 'renew']);
      seen.length = 0;
      // What rules ask for is asked anew for each connection, and said before what is published.
      forMs = 50_000;
      rig.network.cut();
      await rig.untilWithin('published again', 60_000, () => seen.filter((one) => one === 'publish').length === 2);
      expect(seen.filter((one) => one.startsWith('hello'))).toEqual(['hello s1 10 50000']);
      expect(seen.indexOf('hello s1 10 50000')).toBeLessThan(seen.indexOf('publish'));
      await rig.until('accepted again', () => states()[0] === 'accepted');
      seen.length = 0;
      const closing = session.close();
      await rig.until('taken back', () => seen.includes('closed 0'));
      await closing;
      expect(seen).toEqual(['unpublish', 'unpublish', 'closed 0']);
    });

    test('a registry that answers nothing any more is given up after three leases, and found again', async () => {
      let answers = true;
      let hellos = 0;
      await start({
        registry: (peer) => ({
          message({ kind }) {
            if (kind === 'hello') hellos++;
            else if (kind === 'renew' && answers) peer.send({ kind: 'renewed' });
          },
          closed() {},
        }),
      });
      const session = createRegistrySession({ link: rig.link(), sessionId: 's1', clock: rig.clock });
      await rig.until('there', () => hellos === 1);
      const renewalsOf = async (seconds: number): Promise<void> => {
        for (let passed = 0; passed < seconds; passed += 3) {
          rig.clock.advance(3000);
          await rig.turns();
        }
      };
      await renewalsOf(60);
      expect(session.silentMs).toBe(0);
      answers = false;
      await renewalsOf(30);
      expect(hellos).toBe(1);
      expect(session.silentMs).toBeGreaterThanOrEqual(24_000);
      answers = true;
      await rig.untilWithin('there again', 60_000, () => hellos === 2);
      expect(session.silentMs).toBe(0);
      await session.close();
    });

    test('reports arrive, wait in a bounded queue while nobody listens, and questions are answered', async () => {
      const reports: Report[] = [];
      const answers: AdminAnswer[] = [];
      await start({
        reports: (peer) => ({
          message(message) {
            if (message.kind === 'answer') answers.push(message.answer);
            else if (reports.push(message.report) === 1) {
              for (const [id, path] of ['/ok', '/big', '/throws'].entries()) {
                peer.send({ kind: 'query', query: { id, path, body: new Uint8Array() } });
              }
            }
          },
          closed() {},
        }),
      });
      const link = rig.link();
      const stream = createReportStream({
        link,
        maxQueued: 3,
        onAdminQuery({ id, path }) {
          if (path === '/throws') throw new Error('no such thing');
          const body = path === '/big' ? new Uint8Array(MAX_ADMIN_BODY_BYTES + 1) : Buffer.from('fine');
          return { id, status: 200, contentType: 'text/plain', body };
        },
      });
      const report = (atMs: number): Report => ({
        atMs,
        edges: [
          {
            direction: 'outbound',
            sourceApp: 'a',
            targetApp: 'b',
            service: 's',
            method: '',
            protocol: 'http',
            requests: 3,
            errors: 1,
            rejected: 2,
            durationMsSum: 4.5,
            histogram: [0, 2, 1],
          },
        ],
        histogramBoundsMs: [1, 10],
        process: { cpuUs: 5, rssBytes: 2 ** 33, connections: 6, requests: 7 },
        health: [{ name: 'drm', healthy: false, message: 'away' }],
        configDigest: 'abc',
        applied: [{ dataId: 'd', version: 9, rejectedReason: '' }],
        events: [{ atMs: 8, kind: 'start', message: 'm' }],
      });
      for (const atMs of [1, 2, 3, 4, 5]) stream.report(report(atMs));
      expect(stream.droppedTotal).toBe(2);
      await rig.until('reports', () => reports.length === 3);
      expect(reports).toEqual([report(3), report(4), report(5)]);
      await rig.until('answers', () => answers.length === 3);
      const byId = [...answers].sort((one, other) => one.id - other.id);
      expect(byId.map(({ status, body }) => [status, Buffer.from(body).toString().trim()])).toEqual([
        [200, 'fine'],
        [413, `the answer has ${MAX_ADMIN_BODY_BYTES + 1} bytes; at most ${MAX_ADMIN_BODY_BYTES}`],
        [500, 'no such thing'],
      ]);
      stream.close();
      link.close();
    });

    test('new connections are let in at the rate; who waits is let in later', async () => {
      await start({ limits: { connectionsPerSecond: 5 } });
      const clients = Array.from({ length: 12 }, () => rig.client({ names: ['a'] }));
      await rig.until('burst', () => rig.server.stats().clients === 5);
      await rig.until('all connections stand', () => clients.every(({ link }) => link.state === 'ready'));
      expect(rig.server.stats().clients).toBe(5);
      await rig.untilWithin('all', 3000, () => rig.server.stats().clients === 12);
    });

    test('a server that stops says when to come back, and clients keep their values', async () => {
      await start();
      rig.put('a', 1);
      const one = rig.client({ names: ['a'] });
      await rig.until('a', () => one.state.has('a'));
      rig.server.stop({ spreadMs: 3000 });
      await rig.until('gone', () => one.link.state === 'waiting');
      expect(one.link.reason).toBe('the server goes away');
      expect(one.state.get('a')).toBe('a 1');
    });

    test('values survive a restart of the client without a server; then only the difference travels', async () => {
      await start();
      const snapshot = memorySnapshot();
      rig.put('a', 3);
      rig.put('b', 1);
      rig.put('gone', 1);
      const first = rig.client({ names: ['a', 'b', 'gone'], snapshot });
      await rig.until('all', () => first.state.size === 3);
      await first.close();
      expect(snapshot.entries.map(({ name: n }) => n)).toEqual(['a', 'b', 'gone']);
      await rig.until('disconnected', () => rig.server.stats().clients === 0);
      rig.values.delete('gone');
      rig.put('b', 2);
      const second = rig.client({ names: ['a', 'b', 'gone'], snapshot });
      expect(second.updates.map(({ origin }) => origin)).toEqual(['snapshot']);
      expect(second.state.get('a')).toBe('a 3');
      await rig.until('difference', () => second.state.get('b') === 'b 2' && !second.state.has('gone'));
      expect(second.updates.slice(1).flatMap(({ updated }) => updated.map(({ name: n }) => n))).toEqual(['b']);
    });

    test.each([1, 2, 3])('whatever happens, clients end up with what the source holds (seed %i)', async (seed) => {
      await start();
      const random = createRandom(seed);
      const all = Array.from({ length: 12 }, (_, index) => `n${index}`);
      const clients = [
        rig.client({ app: 'one', names: all.slice(0, 8) }),
        rig.client({ app: 'two', names: ['*'] }),
        rig.client({ app: 'slow', names: all.slice(4), judge: async () => [] }),
      ];
      let version = 0;
      for (let step = 0; step < 150; step++) {
        const which = all[random.below(all.length)] as string;
        const dice = random.below(20);
        if (dice < 12) rig.put(which, ++version);
        else if (dice < 15) rig.remove(which);
        else if (dice < 16) rig.network.cut();
        else if (dice < 17) clients[0]?.subscription.remove([which]);
        else if (dice < 18) clients[0]?.subscription.add([which]);
        else rig.clock.advance(random.below(3000));
        if (random.below(3) === 0) await rig.until('a turn', () => true);
      }
      for (const client of clients) {
        const { names } = client.subscription;
        const expected = () =>
          [...rig.values]
            .filter(([n]) => names.has('*') || names.has(n))
            .map(([n, value]) => `${n} ${value.version}`)
            .sort();
        const held = () =>
          client.client
            .applied(TYPE)
            .map((one) => `${one.name} ${one.version}`)
            .sort();
        await rig.untilWithin('converged', 120_000, () => String(held()) === String(expected()), 1000);
        for (const one of client.client.applied(TYPE))
          expect(client.state.get(one.name)).toBe(`${one.name} ${one.version}`);
      }
    });
  });
}
