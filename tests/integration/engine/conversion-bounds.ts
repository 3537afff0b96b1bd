/** Attacks on what a call may be that is converted: many bytes, and few bytes that are many values. */
import { expect } from 'vitest';
import { call } from '../../support/backend.ts';
import { cluster, configuration, proxyListener, routesTo } from '../../support/config.ts';
import type { RunningProxy } from '../../support/proxy.ts';
import { start } from './support.ts';

const UNREACHED: ReadonlySet<number> = new Set([502, 503, 504]);

/** In front of a host of Dubbo that is not there: what can be converted is answered with one of these. */
function converting(config: object = {}): Promise<RunningProxy> {
  return start(
    configuration({
      listeners: [
        proxyListener({ streamFilters: [{ type: 'transcoder', config: { type: 'http_dubbo', ...config } }] }),
      ],
      routes: [routesTo('host')],
      clusters: [cluster('host', [1])],
    }),
  );
}

async function answerTo(proxy: RunningProxy, body: string): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const answer = await call(proxy.port('front'), { method: 'POST', path: '/com.x.Y/get', headers, body });
  // On a busy machine the time for a connection may be over before it is refused.
  return UNREACHED.has(answer.status) ? 'converted' : `${answer.status} ${answer.body}`;
}

/** One list in the list of the arguments, and empty objects in it: so many values, three bytes for each. */
const objects = (values: number): string => `[[${new Array<string>(values - 2).fill('{}').join(',')}]]`;

export const CONVERSION_ATTACKS: Readonly<Record<string, () => Promise<void>>> = {
  async 'conversion-body'() {
    const proxy = await converting();
    const text = (length: number): string => `["${'x'.repeat(length - 4)}"]`;
    expect(await answerTo(proxy, text(1_048_576))).toBe('converted');
    expect(await answerTo(proxy, text(1_048_577))).toMatch(/^413 .*the request is longer than 1048576 bytes/);
  },
  async 'conversion-values'() {
    const proxy = await converting();
    expect(await answerTo(proxy, objects(200_000))).toBe('converted');
    expect(await answerTo(proxy, objects(200_001))).toMatch(/^400 .*more than 200000 values \(max_body_bytes\)/);
    const small = await converting({ max_body_bytes: '700KiB' });
    expect(await answerTo(small, objects(200_000))).toBe('converted');
    const large = await converting({ max_body_bytes: '8MiB' });
    expect(await answerTo(large, objects(300_000))).toBe('converted');
    expect(await answerTo(large, objects(500_001))).toMatch(/^400 .*more than 500000 values/);
  },
};
