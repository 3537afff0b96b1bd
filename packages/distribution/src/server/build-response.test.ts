import { describe, expect, test } from 'vitest';
import { DeltaResponse } from '../wire/discovery.ts';
import { contentOf } from '../wire/held-version.ts';
import type { NodeIdentity } from '../wire/node.ts';
import { type BuildContext, buildResponse, differsFrom, takeHeldVersion } from './build-response.ts';
import type { ResourceValue } from './contract.ts';
import { ABSENT, CHANGE, PRESSING, TypeState, UNKNOWN } from './type-state.ts';

const TYPE = 'type.test/Thing';
const NODE = { id: 'node' } as NodeIdentity;

const resourceOf = (version: number, body = `v${version}`): ResourceValue => ({ version, body: Buffer.from(body) });

interface Told {
  readonly regressed: unknown[];
  readonly oversized: unknown[];
}

/** A client that wants `names`, and a source of which a test says what it has. */
function world(names: readonly string[], more: Partial<BuildContext> = {}) {
  const state = new TypeState(TYPE);
  for (const name of names) state.names.add(name);
  const values = new Map<string, ResourceValue | null>();
  const told: Told = { regressed: [], oversized: [] };
  let nonces = 0;
  const build = () =>
    buildResponse(state, {
      source: { names: () => values.keys(), get: (name) => values.get(name) },
      node: NODE,
      frozen: false,
      maxMessageBytes: 1024 * 1024,
      identifier: 'here',
      nonce: `n${++nonces}`,
      nowMs: 7,
      regressed: (...found) => void told.regressed.push(found),
      oversized: (...found) => void told.oversized.push(found),
      ...more,
    });
  return { state, values, told, build };
}

const read = (built: ReturnType<ReturnType<typeof world>['build']>) => {
  if (built === undefined) throw new Error('nothing was built');
  const { resources, removed, nonce, typeUrl } = DeltaResponse.decode(built.bytes);
  expect({ nonce, typeUrl }).toEqual({ nonce: built.inFlight.nonce, typeUrl: TYPE });
  return { resources: resources.map(({ name, version }) => `${name}@${version}`), removed };
};

describe('what is dirty', () => {
  test('is sent once, with what it is now', () => {
    const { state, values, build } = world(['a', 'b']);
    values.set('a', resourceOf(3)).set('b', resourceOf(1));
    state.mark('a', CHANGE);
    state.mark('b', CHANGE);
    const built = build();
    expect(read(built)).toEqual({ resources: ['a@3', 'b@1'], removed: [] });
    expect(built?.inFlight).toMatchObject({ sentAtMs: 7, holdsSlot: true });
    expect([...state.dirty.keys()]).toEqual([]);
    state.mark('a', CHANGE);
    expect(build()).toBeUndefined();
    expect(state.dirty.size).toBe(0);
  });

  test('and nobody wants is nothing to say', () => {
    const { state, values, build } = world([]);
    values.set('a', resourceOf(1));
    state.mark('a', CHANGE);
    expect(build()).toBeUndefined();
    expect(state.dirty.size).toBe(0);
  });

  test('and not known yet stays as the client has it', () => {
    const { state, values, build } = world(['a']);
    values.set('a', null);
    state.hold('a').sent = 4;
    state.mark('a', PRESSING);
    expect(build()).toBeUndefined();
    expect(state.held.get('a')?.sent).toBe(4);
    expect(state.pressing).toBe(0);
  });

  test('and gone is removed, once, also for who never had it but asked by name', () => {
    const { state, build } = world(['asked']);
    state.hold('had').sent = 2;
    for (const name of ['asked', 'had']) state.mark(name, CHANGE);
    expect(read(build())).toEqual({ resources: [], removed: ['asked', 'had'] });
    expect(state.held.get('had')?.sent).toBe(ABSENT);
    for (const name of ['asked', 'had']) state.mark(name, CHANGE);
    expect(build()).toBeUndefined();
  });

  test('and gone is nothing to who takes everything and never had it', () => {
    const { state, build } = world([]);
    state.wildcard = true;
    state.mark('never', CHANGE);
    expect(build()).toBeUndefined();
  });

  test('waits while the type is frozen, unless somebody waits for it', () => {
    const { state, values, build } = world(['a', 'b'], { frozen: true });
    values.set('a', resourceOf(1)).set('b', resourceOf(1));
    state.mark('a', CHANGE);
    state.mark('b', PRESSING);
    expect(read(build()).resources).toEqual(['b@1']);
    expect([...state.dirty.keys()]).toEqual(['a']);
  });
});

test('a version never goes back: the source is told, the client is not', () => {
  const { state, values, told, build } = world(['a']);
  state.hold('a').sent = 5;
  values.set('a', resourceOf(4));
  state.mark('a', CHANGE);
  expect(build()).toBeUndefined();
  expect(told.regressed).toEqual([['a', 5, 4]]);
  expect(state.held.get('a')?.sent).toBe(5);
});

describe('a message has a limit', () => {
  const BODY = 'x'.repeat(3000);

  test('what does not fit any more comes with the next', () => {
    const { state, values, build } = world(['a', 'b', 'c'], { maxMessageBytes: 4096 + 2 * 3100 });
    for (const name of ['a', 'b', 'c']) {
      values.set(name, resourceOf(1, BODY));
      state.mark(name, CHANGE);
    }
    expect(read(build()).resources).toEqual(['a@1', 'b@1']);
    expect([...state.dirty.keys()]).toEqual(['c']);
    expect(read(build()).resources).toEqual(['c@1']);
  });

  test('what never fits is refused by size, and the others go', () => {
    const { state, values, told, build } = world(['big', 'small'], { maxMessageBytes: 4096 + 2000 });
    values.set('big', resourceOf(2, BODY)).set('small', resourceOf(1));
    for (const name of ['big', 'small']) state.mark(name, CHANGE);
    expect(read(build()).resources).toEqual(['small@1']);
    expect(told.oversized).toEqual([['big', 2, expect.any(Number)]]);
    expect(state.held.get('big')).toMatchObject({ sent: UNKNOWN, rejectedVersion: 2 });
    expect(state.held.get('big')?.rejectedReason).toMatch(/^not sent: 3\d{3} bytes, a message holds 6096$/);
  });
});

test('a change of one resource is encoded once for every client that gets it', () => {
  const value = resourceOf(9, 'shared');
  const [first, second, third] = ['a', 'a', 'b'].map((name) => {
    const { state, values, build } = world([name]);
    values.set(name, value);
    state.mark(name, CHANGE);
    return build();
  });
  expect(second?.bytes).toBe(first?.bytes);
  expect(second?.inFlight).not.toBe(first?.inFlight);
  expect(read(third).resources).toEqual(['b@9']);
});

describe('after a reconnect', () => {
  test('the client is believed what it says that it holds', () => {
    const state = new TypeState(TYPE);
    expect(takeHeldVersion(state, 'a', '12:cafe')).toBe('cafe');
    expect(state.held.get('a')).toMatchObject({ sent: 12, acked: 12 });
    for (const text of ['', '0', '-1', 'x', '1.5', '99999999999999999999']) {
      expect(takeHeldVersion(state, 'b', text)).toBe('');
      expect(state.held.get('b')).toMatchObject({ sent: UNKNOWN, acked: 0 });
    }
  });

  test('other bytes in the same version are told from the same ones', () => {
    const value = resourceOf(3, 'own');
    expect(differsFrom(value, 3, contentOf(Buffer.from('own')))).toBe(false);
    expect(differsFrom(value, 3, contentOf(Buffer.from('other')))).toBe(true);
    expect(differsFrom(value, 2, contentOf(Buffer.from('other')))).toBe(false);
    expect(differsFrom(value, 3, '')).toBe(false);
  });
});
