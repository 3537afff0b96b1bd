import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Coordinator, WatchEvent } from '../coordinator.ts';

export interface CoordinatorFixture {
  readonly coordinator: Coordinator;
  /** Lets time pass for leases. */
  advance(ms: number): Promise<void>;
}

/** What every coordinator promises. */
export function coordinatorSuite(kind: string, create: () => Promise<CoordinatorFixture>): void {
  describe(`coordinator ${kind}`, () => {
    let fixture: CoordinatorFixture;
    let coordinator: Coordinator;
    beforeEach(async () => {
      fixture = await create();
      coordinator = fixture.coordinator;
    });
    afterEach(() => coordinator.close());

    test('revisions grow over all keys, lists are sorted', async () => {
      const first = await coordinator.put('b/2', 'x');
      const second = await coordinator.put('b/1', 'y');
      expect(second).toBeGreaterThan(first);
      await coordinator.put('c', 'z');
      expect((await coordinator.list('b/')).map(({ key, value }) => [key, value])).toEqual([
        ['b/1', 'y'],
        ['b/2', 'x'],
      ]);
      expect(await coordinator.delete('b/1')).toBe(true);
      expect(await coordinator.delete('b/1')).toBe(false);
      expect(await coordinator.get('b/1')).toBeNull();
    });

    test('of writes that build on one revision one wins', async () => {
      const revision = await coordinator.putIf('k', '0', 0);
      expect(revision).not.toBeNull();
      const tries = await Promise.all(['a', 'b', 'c'].map((value) => coordinator.putIf('k', value, revision ?? 0)));
      expect(tries.filter((result) => result !== null)).toHaveLength(1);
      expect(await coordinator.putIf('k', 'again', 0)).toBeNull();
    });

    test('keys end with their lease, unless it is kept alive', async () => {
      const lease = await coordinator.grantLease(1000);
      await coordinator.put('l/1', 'x', lease);
      await fixture.advance(900);
      expect(await lease.keepAlive()).toBe(true);
      await fixture.advance(900);
      expect((await coordinator.get('l/1'))?.value).toBe('x');
      await fixture.advance(101);
      expect(await coordinator.get('l/1')).toBeNull();
      expect(await lease.keepAlive()).toBe(false);
      await expect(coordinator.put('l/2', 'x', lease)).rejects.toThrow(/ended/);
    });

    test('a key that was written again with another lease outlives the first', async () => {
      const one = await coordinator.grantLease(1000);
      const two = await coordinator.grantLease(5000);
      await coordinator.put('k', 'a', one);
      await coordinator.put('k', 'b', two);
      await one.revoke();
      expect((await coordinator.get('k'))?.value).toBe('b');
    });

    test('who watches sees every change below its prefix, in order, until it stops', async () => {
      const seen: string[] = [];
      const stop = coordinator.watch('w/', (event: WatchEvent) =>
        seen.push(event.kind === 'put' ? `+${event.entry.key}=${event.entry.value}` : `-${event.key}`),
      );
      const lease = await coordinator.grantLease(1000);
      await coordinator.put('w/a', '1', lease);
      await coordinator.put('x', '1');
      await coordinator.put('w/a', '2', lease);
      await lease.revoke();
      await fixture.advance(0);
      stop();
      await coordinator.put('w/b', '1');
      expect(seen).toEqual(['+w/a=1', '+w/a=2', '-w/a']);
    });

    test('one candidate leads; the next follows when it resigns or its lease ends', async () => {
      const seen: string[] = [];
      const stand = async (candidate: string) => {
        const lease = await coordinator.grantLease(1000);
        return coordinator.campaign({
          office: 'o',
          candidate,
          lease,
          onChange: (leading) => seen.push(`${candidate} ${leading}`),
        });
      };
      const a = await stand('a');
      const b = await stand('b');
      const c = await stand('c');
      expect([a.leading, b.leading, c.leading]).toEqual([true, false, false]);
      await b.resign();
      await a.resign();
      expect(c.leading).toBe(true);
      await fixture.advance(1001);
      expect(c.leading).toBe(false);
      expect(seen).toEqual(['a true', 'a false', 'c true', 'c false']);
    });

    test('notices reach every subscriber', async () => {
      const seen: string[] = [];
      const stop = coordinator.subscribe('t', (message) => seen.push(`1 ${message}`));
      coordinator.subscribe('t', (message) => seen.push(`2 ${message}`));
      await coordinator.notify('t', 'x');
      await coordinator.notify('other', 'y');
      stop();
      await coordinator.notify('t', 'z');
      await fixture.advance(0);
      expect(seen).toEqual(['1 x', '2 x', '2 z']);
    });

    test('refuses what is out of bounds', async () => {
      await expect(coordinator.grantLease(50)).rejects.toThrow(/100 to 3600000/);
      await expect(coordinator.put('', 'x')).rejects.toThrow(/1 to 1024/);
      await expect(coordinator.put('k', 'x'.repeat(1024 * 1024 + 1))).rejects.toThrow(/at most/);
    });
  });
}
