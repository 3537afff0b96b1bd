import { connect, type Socket } from 'node:net';
import { bolt } from '@weft/protocols/bolt';
import { DEFAULT_CODEC_LIMITS } from '@weft/sdk';
import { SocketLink } from '@weft/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Chain, codecChain, proxyChain } from './chains.ts';
import {
  type BoltPacket,
  type BoltSetUp,
  boltOn,
  createSofaClient,
  INTERFACE,
  type RawOrigin,
  type RequestHandler,
  type RunningServer,
  type SofaClient,
  type SofaConsumer,
  sofaRequest,
  startRawOrigin,
  startSofaServer,
} from './peers.ts';

/** The npm packages `sofa-rpc-node` and `sofa-bolt-node`, unmodified, through two hops: the codecs alone, then real proxies. */
const MEGABYTE = 1024 * 1024;

describe.each([
  { hops: 'two codecs', start: codecChain },
  { hops: 'two proxies', start: proxyChain },
])('through $hops', ({ start }) => {
  let server: RunningServer;
  let origin: RawOrigin;
  // Empty until it runs, so that a chain that does not start fails with its own words.
  let chain: Chain = { sofa: 0, raw: 0, dead: 0, log: () => '', stop: () => Promise.resolve() };

  beforeAll(async () => {
    server = await startSofaServer();
    origin = await startRawOrigin();
    chain = await start({ sofa: server.port, raw: origin.port });
  });

  afterAll(async () => {
    await chain.stop();
    await origin.stop();
    await server.stop();
  });

  afterEach(({ task }) => {
    if (task.result?.state === 'fail') process.stderr.write(chain.log());
  });

  describe('sofa-rpc-node', () => {
    let client: SofaClient;
    let consumer: SofaConsumer;

    beforeEach(async () => {
      server.calls.length = 0;
      client = createSofaClient();
      consumer = client.createConsumer({ interfaceName: INTERFACE, serverHost: `127.0.0.1:${chain.sofa}` });
      await consumer.ready();
    });

    afterEach(async () => {
      server.release();
      await client.close();
    });

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
        other.createConsumer({ interfaceName: INTERFACE, serverHost: `127.0.0.1:${chain.sofa}` }),
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
      const arrived = server.nextCall();
      const pending = consumer.invoke('hold', ['x'], { responseTimeout: 20_000 });
      const outcome = expect(pending).rejects.toThrow('the host ended the exchange');
      await Promise.race([arrived, outcome]);
      server.dropConnections();
      await outcome;
      expect(await consumer.invoke('plus', [3, 4])).toBe(7);
    });
  });

  describe('sofa-bolt-node', () => {
    let socket: Socket;

    /** The raw origin and a raw caller, both with the unmodified codec. */
    const raw = (version: BoltSetUp, onRequest: RequestHandler, port = chain.raw) => {
      origin.serve(onRequest);
      socket = connect(port, '127.0.0.1');
      return boltOn(socket, version);
    };

    afterEach(() => {
      socket.destroy();
    });

    it.each([
      { protocolType: 'bolt' as const, boltVersion: 1, crcEnable: false },
      { protocolType: 'bolt2' as const, boltVersion: 1, crcEnable: false },
      { protocolType: 'bolt2' as const, boltVersion: 2, crcEnable: true },
    ])('passes $protocolType version $boltVersion, CRC $crcEnable', async (version) => {
      const ids: number[] = [];
      const { encoder, decoder } = raw(version, (packet, respond) => {
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
    });

    it('answers heartbeats itself', async () => {
      const { encoder, decoder } = raw({}, () => {});
      const ack = new Promise<BoltPacket>((resolve) => decoder.on('heartbeat_ack', resolve));
      encoder.writeHeartbeat(99, { timeout: 3000, clientUrl: 'test' });
      expect((await ack).packetId).toBe(99);
    });

    it('has its own heartbeats answered by the server', async () => {
      socket = connect(origin.port, '127.0.0.1');
      const link = new SocketLink(socket);
      const answered = new Promise<void>((resolve) => {
        const handler = { onCredit() {}, onDraining() {}, onHeartbeat: resolve };
        const codec = bolt.createClient(link, handler, {}, DEFAULT_CODEC_LIMITS);
        link.attach(codec);
        socket.once('connect', () => {
          codec.start();
          codec.heartbeat();
        });
      });
      await answered;
    });

    it('passes one-way requests and waits for nothing', async () => {
      const seen: unknown[] = [];
      const { encoder, decoder } = raw({}, (packet, respond) => {
        seen.push(packet.data?.args?.[0]);
        if (packet.data?.methodName === 'last') respond({ isError: false, errorMsg: null, appResponse: 'done' });
      });
      const answered: number[] = [];
      const last = new Promise<void>((resolve) => {
        decoder.on('response', ({ packetId }) => {
          answered.push(packetId);
          resolve();
        });
      });
      for (let id = 1; id <= 20; id++) encoder.writeRequest(id, { ...sofaRequest('echo', [id]), oneway: true });
      encoder.writeRequest(21, sofaRequest('last', [21]));
      await last;
      expect(seen).toEqual(Array.from({ length: 21 }, (_, i) => i + 1));
      expect(answered).toEqual([21]);
    });

    it('shows the reason of a refusal to the caller', async () => {
      const { encoder, decoder } = raw({}, () => {}, chain.dead);
      const answer = new Promise<BoltPacket>((resolve) => decoder.on('response', resolve));
      encoder.writeRequest(3, sofaRequest('echo', ['x']));
      const { packetId, data } = await answer;
      expect(packetId).toBe(3);
      expect(data?.error?.message).toContain('cannot connect to the host');
    });
  });
});
