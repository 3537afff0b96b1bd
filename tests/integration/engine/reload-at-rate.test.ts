/**
 * Reloads while requests arrive at a fixed rate. The load comes from the bench's generator and goes to its backends, each
 * a process of its own: what runs inside the test's process would be the limit long before the proxy is.
 */
import { expect, it } from 'vitest';
import { configuration, proxyListener } from '../../support/config.ts';
import { accepts, runBackend, startLoad } from '../../support/load.ts';
import { sumOf } from '../../support/metrics.ts';
import { middleOf, slicesOf, sliceText } from '../../support/slices.ts';
import { changingResources } from './changing-resources.ts';
import { freePort, start, until } from './support.ts';

/** `WEFT_LONG=1`: 1000 reloads at 20 000 requests/s, which needs two cores that have nothing else to do. */
const LONG = process.env['WEFT_LONG'] === '1';
const RELOADS = LONG ? 1000 : 20;
const RATE = LONG ? 20_000 : 500;
/** Longest that the load goes on; it ends with the last reload. */
const LIMIT_MS = LONG ? 400_000 : 50_000;

/** Hosts and a second listener change as well. */
function config(round: number, ports: readonly number[]): object {
  return configuration({
    listeners: [
      proxyListener({ name: 'front', protocol: 'Http2' }),
      ...(round % 2 === 0 ? [proxyListener({ name: 'second' })] : []),
    ],
    ...changingResources(round, round % 3 === 0 ? ports : [ports[round % 2] as number]),
  });
}

it(
  `fails no request during ${RELOADS} reloads at ${RATE} requests/s`,
  async () => {
    const ports = [await freePort(), await freePort()];
    for (const port of ports) runBackend(port);
    // Without overwriting borrowed bytes: that is what the other tests are for, and it takes as much as the work itself.
    const proxy = await start(config(0, ports), { poison: false });
    for (const port of ports) await until(() => accepts(port));
    const load = startLoad(proxy.port('front'), { ratePerSecond: RATE, limitMs: LIMIT_MS });
    await load.began;
    const slices = await slicesOf(proxy, RELOADS, async (round) => {
      const { status, body } = await proxy.reload(config(round, ports));
      expect(status, body).toBe(200);
    });
    const result = await load.stop();
    console.log(
      `reload: ${RELOADS} reloads, ${result.completed} requests (${Math.round(result.requestsPerSecond)}/s, p99 ${result.latency.p99.toFixed(1)} ms), ${result.errors} failed, ${sliceText(slices)}`,
    );
    expect(result.errorKinds).toEqual({});
    expect(result.completed).toBeGreaterThan(0);
    // In CPU time of the thread. A short run is mostly code that the compiler has not seen often enough.
    if (LONG) {
      expect(middleOf(slices)).toBeLessThanOrEqual(2);
      expect(result.requestsPerSecond).toBeGreaterThanOrEqual(RATE * 0.98);
    }
    const { body } = await proxy.admin('GET', '/metrics');
    expect(sumOf(body, 'weft_proxy_faults_total')).toBe(0);
  },
  LIMIT_MS + 10_000,
);
