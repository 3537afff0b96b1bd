import { createFakeClock } from '@weft/kit/testing';
import { describe, expect, it } from 'vitest';
import type { EventStream } from '../http/index.ts';
import { Events } from './events.ts';

function reader(events: Events, topics: readonly string[] = ['topology']) {
  const seen: unknown[] = [];
  const stream: EventStream = {
    lastEventId: undefined,
    send: (_id, _topic, data) => seen.push(data) > 0,
    onClose: () => {},
    close: () => {},
  };
  events.open(stream, 'i', new Set(topics));
  return seen;
}

describe('hints', () => {
  it('tell at once that something has changed, and of what follows the last', () => {
    const clock = createFakeClock();
    const events = new Events(clock);
    const seen = reader(events);
    for (const data of [1, 2, 3]) events.hint('i', 'topology', 'edges', data);
    expect(seen).toEqual([1]);
    clock.advance(299);
    expect(seen).toEqual([1]);
    clock.advance(1);
    expect(seen).toEqual([1, 3]);
    events.hint('i', 'topology', 'edges', 4);
    clock.advance(300);
    expect(seen).toEqual([1, 3, 4]);
    clock.advance(300);
    events.hint('i', 'topology', 'edges', 5);
    expect(seen).toEqual([1, 3, 4, 5]);
  });

  it('of one object do not hold back those of another', () => {
    const events = new Events(createFakeClock());
    const seen = reader(events);
    events.hint('i', 'topology', 'edges', 1);
    events.hint('i', 'topology', 'rules', 2);
    events.hint('other', 'topology', 'rules', 3);
    expect(seen).toEqual([1, 2]);
  });

  it('end with the control plane', () => {
    const clock = createFakeClock();
    const events = new Events(clock);
    const seen = reader(events);
    events.hint('i', 'topology', 'edges', 1);
    events.hint('i', 'topology', 'edges', 2);
    events.stop();
    clock.advance(10_000);
    expect(seen).toEqual([1]);
  });
});
