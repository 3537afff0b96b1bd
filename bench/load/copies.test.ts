import { expect, it } from 'vitest';
import type { Client } from './client.ts';
import { Copies } from './copies.ts';

/** A connection that has room for so many copies, and notes where it stands in the list of those that sent or were closed. */
function clientOf(free: number, name: string, notes: string[]): Client {
  const client = {
    free,
    ready: Promise.resolve(),
    send() {
      client.free--;
      notes.push(`sent ${name}`);
    },
    close: () => void notes.push(`closed ${name}`),
  };
  return client;
}

async function copiesOver(...rooms: readonly number[]) {
  const notes: string[] = [];
  const clients = rooms.map((free, index) => clientOf(free, `c${index}`, notes));
  const waiting = [...clients];
  const copies = new Copies();
  await copies.open(rooms.length, () => waiting.shift() as Client);
  return { copies, clients, notes };
}

it('sends by turns over the connections that have room, and counts what none has room for', async () => {
  const { copies, notes } = await copiesOver(2, 0, 2);
  for (let sent = 0; sent < 5; sent++) copies.send();
  expect(notes).toEqual(['sent c2', 'sent c0', 'sent c2', 'sent c0']);
  expect(copies.counts).toEqual({ sent: 4, leftOut: 1, failed: 0 });
});

it('counts wrong answers, and from the end of the warm-up on only', async () => {
  const { copies, clients } = await copiesOver(1);
  const [client] = clients as [Client];
  copies.send();
  copies.send();
  copies.onDone(client, 0, '');
  copies.onDone(client, 0, '');
  copies.onDone(client, 0, 'status 500');
  expect(copies.counts).toEqual({ sent: 1, leftOut: 1, failed: 1 });
  copies.reset();
  expect(copies.counts).toEqual({ sent: 0, leftOut: 0, failed: 0 });
});

it('goes on without a connection that is gone, and closes the others at the end', async () => {
  const { copies, clients, notes } = await copiesOver(5, 5);
  const [first] = clients as [Client];
  copies.onClosed(first);
  copies.onClosed(first);
  copies.send();
  copies.close();
  expect(notes).toEqual(['sent c1', 'closed c1']);
});
