import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { metric } from '../../support/metrics.ts';
import { type Application, type Built, build, freePort, startConsumer, startProvider } from './applications.ts';
import { COLUMNS, type Column, PAIRS, spoiled } from './frameworks.ts';
import { Hops, type Way } from './hops.ts';
import { cellOf, renderMatrix } from './matrix-page.ts';

const PAGE = new URL('../../../docs/reference/framework-matrix.md', import.meta.url);
const BUILD_LIMIT_MS = 600_000;
/** A framework connects anew on its own schedule. */
const RECOVERY_MS = 30_000;
const green = new Set<string>();

describe.each(PAIRS)('$consumer.name calls $provider.name', ({ consumer, provider }) => {
  let consumerBuilt: Built;
  let providerBuilt: Built;
  let calling: Application;
  let serving: Application;
  let hops: Hops;
  let providerPort: number;

  const ask = (command: string, way: Way = 'served'): Promise<string> =>
    calling.ask(`${hops.port(way)}${consumer.addressSuffix ?? ''} ${command}`);
  const serve = async (): Promise<void> => {
    serving = await startProvider(providerBuilt, providerPort, provider.providerArguments);
  };
  const answersAgain = (): Promise<void> =>
    expect.poll(() => ask('echo again'), { timeout: RECOVERY_MS, interval: 100 }).toBe('ok again');

  beforeAll(async () => {
    consumerBuilt = await build(consumer.edition);
    providerBuilt = await build(provider.edition);
    providerPort = await freePort();
    await serve();
    hops = await Hops.open(consumer, providerPort);
    calling = await startConsumer(consumerBuilt, consumer.consumerArguments, consumer.jvm);
  }, BUILD_LIMIT_MS);

  afterAll(async () => {
    await calling?.stop();
    await serving?.stop();
    await hops?.close();
  });

  afterEach(({ task }) => {
    if (task.result?.state === 'fail') process.stderr.write(hops?.log() ?? '');
  });

  const checks: Readonly<Partial<Record<Column, () => Promise<void>>>> = {
    async heartbeat() {
      expect(await ask('echo hi')).toBe('ok hi');
      const read = (name: string): Promise<number> => metric(hops.outer, name, { listener: 'served' });
      const before = {
        connections: await read('downstream_connection_total'),
        requests: await read('downstream_request_total'),
        sent: await read('downstream_bytes_write_total'),
      };
      // Nothing is asked, and yet bytes go to the consumer: its heartbeats are answered.
      await expect
        .poll(() => read('downstream_bytes_write_total'), { timeout: RECOVERY_MS })
        .toBeGreaterThan(before.sent);
      const after = await read('downstream_bytes_write_total');
      await expect.poll(() => read('downstream_bytes_write_total'), { timeout: RECOVERY_MS }).toBeGreaterThan(after);
      expect(await read('downstream_request_total')).toBe(before.requests);
      expect(await ask('echo hi')).toBe('ok hi');
      expect(await read('downstream_connection_total')).toBe(before.connections);
    },
    async 'provider restart'() {
      await serving.stop();
      expect(await ask('echo hi')).toMatch(consumer.caught.lost);
      await serve();
      await answersAgain();
    },
    async 'proxy restart'() {
      await hops.startOuter();
      await answersAgain();
      await hops.startInner();
      await answersAgain();
    },
    async limited() {
      await expect.poll(() => ask('echo x', 'limited'), { timeout: RECOVERY_MS }).toMatch(consumer.caught.limited);
      expect(await ask('echo x')).toBe('ok x');
    },
  };

  const own = COLUMNS.filter((column) => consumer.without[column] === undefined);
  it.each(own)('%s', async (column) => {
    const exchanges = consumer.exchanges[column] ?? [];
    const check = checks[column];
    expect(exchanges.length > 0 || check !== undefined, `nothing is tested of ${column}`).toBe(true);
    for (const [command, answer] of exchanges) {
      let before = await spoiled(...hops.running);
      let found = await ask(command);
      for (let again = 1; found !== answer && again < (consumer.attempts?.[column] ?? 1); again++) {
        const now = await spoiled(...hops.running);
        if (now === before) break;
        before = now;
        found = await ask(command);
      }
      if (typeof answer === 'string') expect(found, command).toBe(answer);
      else expect(found, command).toMatch(answer);
    }
    await check?.();
    green.add(cellOf(consumer, 'consumer', column)).add(cellOf(provider, 'provider', column));
  });
});

it('is on the page', () => {
  const page = renderMatrix(green);
  if (process.env['UPDATE_PAGES'] === '1') writeFileSync(PAGE, page);
  expect(existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '', 'UPDATE_PAGES=1 writes the page anew').toBe(page);
});
