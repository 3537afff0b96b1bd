import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import {
  createDistributionServer,
  createGrpcListener,
  type DistributionServer,
  DYNAMIC_VALUE_TYPE,
  dynamicValueType,
  type NodeIdentity,
  type ResourceValue,
  type StreamListener,
} from '@weft/distribution';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { requireTool, runTool } from '../../support/foreign.ts';

const MODULE = fileURLToPath(new URL('./go', import.meta.url));
/** By the version of the protocol's package that go.mod pins. */
const PROGRAM = fileURLToPath(
  new URL('../../../node_modules/.cache/weft-interop/delta-client-v0.12.0', import.meta.url),
);
const BUILD_LIMIT_MS = 240_000;

interface Line {
  readonly kind: 'resource' | 'removed' | 'end';
  readonly name: string;
  readonly version?: string;
  readonly bytes?: string;
  readonly message?: string;
}

describe('a Go client made of the published protocol of Envoy', () => {
  let server: DistributionServer;
  let listener: StreamListener;
  let values: Map<string, ResourceValue>;
  let child: ChildProcess | undefined;
  const seen: NodeIdentity[] = [];
  const events: string[] = [];

  beforeAll(async () => {
    if (existsSync(PROGRAM)) return;
    const go = requireTool('go', 'golang-go');
    const argv = ['build', '-mod=readonly', '-buildvcs=false', '-o', path.resolve(PROGRAM), '.'];
    const env = { CGO_ENABLED: '0', GOFLAGS: '' };
    const built = await runTool(go, argv, { cwd: MODULE, env, limitMs: BUILD_LIMIT_MS });
    if (built.code !== 0) {
      throw new Error(`the client does not build (is the Go module proxy in reach?):\n${built.stderr}`);
    }
  }, BUILD_LIMIT_MS + 10_000);

  const put = (name: string, version: number): void => {
    const value = Buffer.from(`{"rule":"${name}"}`);
    const body = dynamicValueType.encode({ dataId: name, version, value, sha256: '', gray: false });
    values.set(name, { version, body });
    server.notify(DYNAMIC_VALUE_TYPE, [name]);
  };

  beforeEach(async () => {
    seen.length = 0;
    events.length = 0;
    values = new Map();
    server = createDistributionServer({
      authenticate: (_stream, node) =>
        node?.id === 'go-node'
          ? { kind: 'accepted', scope: { tenant: 'T', workspace: 'w', instanceId: '1', accessKey: '' } }
          : { kind: 'refused', cause: 'no-key', reason: 'only the Go node' },
      events: {
        connected: (node) => seen.push(node),
        acked: (_node, _type, name, version) => events.push(`acked ${name} ${version}`),
        rejected: (_node, _type, name, version, reason) => events.push(`rejected ${name} ${version}: ${reason}`),
      },
    });
    server.defineType(DYNAMIC_VALUE_TYPE, { names: () => values.keys(), get: (name) => values.get(name) });
    listener = await createGrpcListener({ address: '127.0.0.1:0', accept: server.accept });
  });
  afterEach(async () => {
    child?.kill();
    server.stop();
    await listener.close(1000);
  });

  /** Lines as they come. */
  const start = (names: readonly string[], typeUrl = DYNAMIC_VALUE_TYPE): AsyncIterator<Line> => {
    child = spawn(PROGRAM, [listener.address, typeUrl, ...names], { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
    return {
      async next() {
        const { value, done } = await lines.next();
        return done ? { value: undefined, done: true } : { value: JSON.parse(value) as Line, done: false };
      },
    };
  };
  const next = async (lines: AsyncIterator<Line>): Promise<Line> => (await lines.next()).value as Line;

  test('gets what it subscribed to, changes, and removals', async () => {
    put('a', 3);
    put('not asked for', 1);
    const lines = start(['a', 'later']);
    const first = [await next(lines), await next(lines)];
    expect(first).toMatchObject([
      { kind: 'resource', name: 'a', version: '3', message: DYNAMIC_VALUE_TYPE },
      { kind: 'removed', name: 'later' },
    ]);
    const value = dynamicValueType.decode(Buffer.from(first[0]?.bytes ?? '', 'base64'));
    expect([value.dataId, value.version, Buffer.from(value.value).toString()]).toEqual(['a', 3, '{"rule":"a"}']);
    put('later', 1);
    expect(await next(lines)).toMatchObject({ kind: 'resource', name: 'later', version: '1' });
    values.delete('a');
    server.notify(DYNAMIC_VALUE_TYPE, ['a']);
    expect(await next(lines)).toMatchObject({ kind: 'removed', name: 'a' });
    expect(events).toEqual(['acked a 3', 'acked later 1']);
    expect(seen[0]).toMatchObject({
      id: 'go-node',
      app: 'go-app',
      ip: '10.9.8.7',
      cluster: 'go-cluster',
      zone: 'z1',
      dataCenter: 'r1',
      pid: 42,
      labels: { track: 'canary' },
      tenant: 'T',
    });
  });

  test('gets everything with a wildcard; its plain rejection counts for the whole response', async () => {
    put('reject', 1);
    const lines = start(['*']);
    expect(await next(lines)).toMatchObject({ name: 'reject', version: '1' });
    put('b', 1);
    expect(await next(lines)).toMatchObject({ name: 'b', version: '1' });
    put('b', 2);
    expect(await next(lines)).toMatchObject({ name: 'b', version: '2' });
    expect(events.slice(0, 2)).toEqual(['rejected reject 1: the go client does not like it', 'acked b 1']);
  });

  test('learns in words why a type is not served', async () => {
    const lines = start(['a'], 'type.googleapis.com/envoy.api.v2.Cluster');
    const end = await next(lines);
    expect(end.kind).toBe('end');
    expect(end.message).toContain('no resources of type type.googleapis.com/envoy.api.v2.Cluster');
    await once(child as ChildProcess, 'exit');
  });
});
