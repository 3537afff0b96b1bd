import net, { type AddressInfo } from 'node:net';
import { ProtocolError } from '@weft/kit';
import { type Codec, ResetReason } from '@weft/sdk';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Connection, NetContext } from '../net/index.ts';
import { CodecDriver } from './driver.ts';

/** Messages of one length byte and as many bytes behind it. */
class Messages implements Codec {
  readonly texts: string[] = [];
  /** How many bytes were not where the caller had them. */
  joinedBytes = 0;
  need = 1;
  activeStreams = 0;
  readonly #source: Buffer;

  constructor(source: Buffer) {
    this.#source = source;
  }

  receive(bytes: Buffer, start: number, end: number): number {
    if (bytes !== this.#source) this.joinedBytes += end - start;
    let at = start;
    for (;;) {
      const size = at < end ? 1 + (bytes[at] as number) : 1;
      this.need = size;
      if (at + size > end) return at - start;
      this.texts.push(bytes.toString('latin1', at + 1, at + size));
      at += size;
    }
  }
  receiveEnd(_unconsumed: number): void {}
  connectionClosed(_reason: ResetReason): void {}
  goaway(): void {}
  onDrained(): void {}
  onTimer(): void {}
}

const server = net.createServer();
let connection: Connection;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const owner = { onConnected() {}, onBytes() {}, onEnd() {}, onDrained() {}, onTimer() {}, onClosed() {} };
  connection = Connection.connect(new NetContext(), owner, { host: '127.0.0.1', port, path: '' }, false);
});
afterAll(() => {
  connection.reset();
  server.close();
});

/** What a codec saw of `bytes` that came in pieces which end at `cuts`. */
function drive(bytes: Buffer, cuts: readonly number[]): Messages {
  const codec = new Messages(bytes);
  const driver = new CodecDriver(connection, { onConnected() {}, onClosed() {}, onProtocolError() {} });
  driver.attach(codec);
  let from = 0;
  for (const cut of [...new Set(cuts), bytes.length].sort((a, b) => a - b)) {
    driver.onBytes(bytes, from, cut);
    from = cut;
  }
  return codec;
}

const message = (text: string): Buffer => Buffer.concat([Buffer.from([text.length]), Buffer.from(text, 'latin1')]);

it('delivers the same messages whatever the pieces', () => {
  const texts = fc.array(fc.string({ unit: 'binary-ascii', maxLength: 40 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(texts, fc.array(fc.nat()), (list, positions) => {
      const bytes = Buffer.concat(list.map(message));
      const cuts = positions.map((position) => position % bytes.length);
      expect(drive(bytes, cuts).texts).toEqual(list);
    }),
  );
});

it('joins only the message that was cut: those behind it are read where they are', () => {
  const texts = Array.from({ length: 50 }, (_, index) => `message ${index}`);
  const bytes = Buffer.concat(texts.map(message));
  const cut = 5;
  const codec = drive(bytes, [cut]);
  expect(codec.texts).toEqual(texts);
  expect(codec.joinedBytes).toBe((texts[0] as string).length + 1);
});

it('tells a codec whose peer broke the protocol that its connection ended by that, however it then closed', () => {
  const told: ResetReason[] = [];
  const breaks = (where: 'receive' | 'receiveEnd' | ''): Codec => {
    const codec = new Messages(Buffer.alloc(0));
    codec.connectionClosed = (reason) => void told.push(reason);
    if (where !== '')
      codec[where] = () => {
        throw new ProtocolError('broken');
      };
    return codec;
  };
  const closed: ResetReason[] = [];
  const host = { onConnected() {}, onClosed: (_: unknown, reason: ResetReason) => void closed.push(reason) };
  for (const where of ['receive', 'receiveEnd', ''] as const) {
    const driver = new CodecDriver(connection, { ...host, onProtocolError() {} });
    driver.attach(breaks(where));
    if (where === 'receive') driver.onBytes(Buffer.from('x'), 0, 1);
    if (where === 'receiveEnd') driver.onEnd();
    driver.onClosed(ResetReason.CONNECTION_LOST, null);
  }
  expect(told).toEqual([ResetReason.PROTOCOL_ERROR, ResetReason.PROTOCOL_ERROR, ResetReason.CONNECTION_LOST]);
  expect(closed).toEqual([ResetReason.CONNECTION_LOST, ResetReason.CONNECTION_LOST, ResetReason.CONNECTION_LOST]);
});
