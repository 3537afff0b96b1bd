import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Hop, startHop } from './codec-relay.ts';
import {
  type BoltPacket,
  boltOn,
  createSofaClient,
  INTERFACE,
  type RunningServer,
  type SofaClient,
  type SofaConsumer,
  sofaRequest,
  startSofaServer,
} from './peers.ts';

/** The npm packages `sofa-rpc-node` and `sofa-bolt-node`, unmodified, with the Bolt codecs of two proxies between them. */
const MEGABYTE = 1024 * 1024;

let server: RunningServer;
let hops: Hop[];
let client: SofaClient;
let consumer: SofaConsumer;

const entry = (): Hop => hops.at(-1) as Hop;

beforeAll(async () => {
  server = await startSofaServer();
});

afterAll(() => server.stop());

beforeEach(async () => {
  server.calls.length = 0;
  const inner = await startHop(server.port);
  hops = [inner, await startHop(inner.port)];
  client = createSofaClient();
  consumer = client.createConsumer({ interfaceName: INTERFACE, serverHost: `127.0.0.1:${entry().port}` });
  await consumer.ready();
});

afterEach(async () => {
  server.release();
  await client.close();
  for (const hop of hops) await hop.stop();
});

describe('sofa-rpc-node through two proxies', () => {
  it('calls', async () => {
    expect(await consumer.invoke('plus', [1, 2])).toBe(3);
    expect(await consumer.invoke('echo', [{ $class: 'java.lang.String', $: 'grüß' }])).toBe('grüß');
  });

  it('calls a thousand times at once, each with its own answer', async () => {
    const answers = await Promise.all(Array.from({ length: 1000 }, (_, i) => consumer.invoke('plus', [i, i])));
    expect(answers).toEqual(Array.from({ length: 1000 }, (_, i) => 2 * i));
  });

  it('keeps several clients on one upstream connection apart', async () => {
    const others = [createSofaClient(), createSofaClient()];
    const consumers = others.map((other) =>
      other.createConsumer({ interfaceName: INTERFACE, serverHost: `127.0.0.1:${entry().port}` }),
    );
    const answers = await Promise.all(
      consumers.flatMap((own, who) => Array.from({ length: 100 }, (_, i) => own.invoke('echo', [`${who}-${i}`]))),
    );
    expect(answers).toEqual([0, 1].flatMap((who) => Array.from({ length: 100 }, (_, i) => `${who}-${i}`)));
    await Promise.all(others.map((other) => other.close()));
  });

  it('carries a business exception', async () => {
    await expect(consumer.invoke('fail', ['no such account'])).rejects.toThrow('no such account');
    expect(await consumer.invoke('plus', [1, 1])).toBe(2);
  });

  it('leaves timeouts to the caller and drops the late answer', async () => {
    await expect(consumer.invoke('hold', ['x'], { responseTimeout: 50 })).rejects.toMatchObject({
      name: expect.stringMatching(/Timeout/),
    });
    server.release();
    expect(await consumer.invoke('plus', [2, 2])).toBe(4);
  });

  it('carries a megabyte each way, beside small calls', async () => {
    const [size, large, ...small] = await Promise.all([
      consumer.invoke('size', ['x'.repeat(MEGABYTE)], { responseTimeout: 20_000 }),
      consumer.invoke('large', [MEGABYTE], { responseTimeout: 20_000 }),
      ...Array.from({ length: 50 }, (_, i) => consumer.invoke('plus', [i, 1], { responseTimeout: 20_000 })),
    ]);
    expect(size).toBe(MEGABYTE);
    expect(large).toBe('y'.repeat(MEGABYTE));
    expect(small).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
  });

  it('tells the caller at once when the host is lost, and works again when it is back', async () => {
    const pending = consumer.invoke('hold', ['x'], { responseTimeout: 20_000 });
    const outcome = expect(pending).rejects.toThrow('the host ended the exchange');
    // The call is there before the connection goes.
    while (server.calls.length === 0) await new Promise((resolve) => setImmediate(resolve));
    server.dropConnections();
    await outcome;
    expect(await consumer.invoke('plus', [3, 4])).toBe(7);
  });
});

describe('sofa-bolt-node through two proxies', () => {
  /** A raw origin and a raw caller, both with the unmodified codec. */
  const raw = async (
    version: Parameters<typeof boltOn>[1],
    onRequest: (packet: BoltPacket, respond: (response: object) => void) => void,
  ) => {
    const sockets = new Set<Socket>();
    const origin = createServer((socket) => {
      sockets.add(socket);
      const { encoder, decoder } = boltOn(socket, version);
      decoder.on('heartbeat', (packet) => encoder.writeHeartbeatAck(packet));
      decoder.on('request', (packet) => onRequest(packet, (response) => encoder.writeResponse(packet, response)));
    });
    await new Promise<void>((resolve) => {
      origin.listen(0, '127.0.0.1', resolve);
    });
    const inner = await startHop((origin.address() as AddressInfo).port);
    const outer = await startHop(inner.port);
    hops.push(inner, outer);
    const socket = connect(outer.port, '127.0.0.1');
    const { encoder, decoder } = boltOn(socket, version);
    return {
      encoder,
      decoder,
      stop() {
        socket.destroy();
        for (const each of sockets) each.destroy();
        origin.close();
      },
    };
  };

  it.each([
    { protocolType: 'bolt' as const, boltVersion: 1, crcEnable: false },
    { protocolType: 'bolt2' as const, boltVersion: 1, crcEnable: false },
    { protocolType: 'bolt2' as const, boltVersion: 2, crcEnable: true },
  ])('passes $protocolType version $boltVersion, CRC $crcEnable', async (version) => {
    const ids: number[] = [];
    const { encoder, decoder, stop } = await raw(version, (packet, respond) => {
      ids.push(packet.packetId);
      expect(packet.options.crcEnable ?? false).toBe(version.crcEnable);
      respond({ isError: false, errorMsg: null, appResponse: packet.data?.args?.[0] });
    });
    const answers = new Promise<BoltPacket[]>((resolve) => {
      const seen: BoltPacket[] = [];
      decoder.on('response', (packet) => {
        seen.push(packet);
        if (seen.length === 3) resolve(seen);
      });
    });
    for (const [id, size] of [
      [7000, 5],
      [7001, 200_000],
      [-5, 10],
    ] as const)
      encoder.writeRequest(id, sofaRequest('echo', ['z'.repeat(size)]));
    const byId = new Map((await answers).map((packet) => [packet.packetId, packet.data?.appResponse]));
    expect(byId).toEqual(
      new Map([
        [7000, 'z'.repeat(5)],
        [7001, 'z'.repeat(200_000)],
        [-5, 'z'.repeat(10)],
      ]),
    );
    expect(ids).toHaveLength(3);
    expect(ids).not.toContain(7000);
    stop();
  });

  it('answers heartbeats itself', async () => {
    const { encoder, decoder, stop } = await raw({}, () => {});
    const ack = new Promise<BoltPacket>((resolve) => decoder.on('heartbeat_ack', resolve));
    encoder.writeHeartbeat(99, { timeout: 3000, clientUrl: 'test' });
    expect((await ack).packetId).toBe(99);
    stop();
  });

  it('passes one-way requests and waits for nothing', async () => {
    const seen: unknown[] = [];
    let arrived: () => void = () => {};
    const all = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const { encoder, decoder, stop } = await raw({}, (packet, respond) => {
      seen.push(packet.data?.args?.[0]);
      if (packet.data?.methodName === 'last') {
        respond({ isError: false, errorMsg: null, appResponse: 'done' });
        arrived();
      }
    });
    const answered: number[] = [];
    decoder.on('response', (packet) => answered.push(packet.packetId));
    for (let id = 1; id <= 20; id++) encoder.writeRequest(id, { ...sofaRequest('echo', [id]), oneway: true });
    encoder.writeRequest(21, sofaRequest('last', [21]));
    await all;
    expect(seen).toEqual(Array.from({ length: 21 }, (_, i) => i + 1));
    while (answered.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(answered).toEqual([21]);
    stop();
  });

  it('shows the reason of a refusal to the caller', async () => {
    const dead = await startHop(1);
    hops.push(dead);
    const socket = connect(dead.port, '127.0.0.1');
    const { encoder, decoder } = boltOn(socket);
    const answer = new Promise<BoltPacket>((resolve) => decoder.on('response', resolve));
    encoder.writeRequest(3, sofaRequest('echo', ['x']));
    const { packetId, data } = await answer;
    expect(packetId).toBe(3);
    expect(data?.error?.message).toContain('cannot connect to the host');
    socket.destroy();
  });
});
