import { expect, test } from 'vitest';
import type { Engine, ExplainedChoice, Explanation } from '../services.ts';
import { runExplain } from './explain.ts';

const hosts = ['10.0.0.1:80', '10.0.0.2:80', '10.0.0.3:80'];
/** The last lines of what is said of a request to a route with these hosts, of which rules leave some. */
async function saidOf(choices?: readonly ExplainedChoice[]): Promise<string[]> {
  const explanation: Explanation = {
    listener: 'egress',
    address: '127.0.0.1:1',
    router: 'r',
    filters: [],
    rules: [],
    virtualHost: 'all',
    considered: [],
    route: 'one',
    action: {
      kind: 'forward',
      clusters: [
        {
          name: 'c',
          weight: 1,
          loadBalancer: 'random',
          hosts: hosts.map((address, at) => ({ address, weight: at === 2 ? 9 : 1 })),
          names: [],
        },
      ],
      ...(choices === undefined ? {} : { choices }),
      protocol: 'Http1',
      transcoder: '',
      mapping: '',
      timeoutMs: 0,
      retries: 0,
      method: '',
      authority: '',
      path: '',
    },
  };
  const engine = { explain: async () => [explanation] } as unknown as Engine;
  const { text } = await runExplain(engine, 'weft.json', { request: 'GET http://a/', header: [] } as never);
  const lines = text.split('\n');
  return lines.slice(lines.findIndex((line) => line.includes('cluster c')));
}

test('every host of a route is named where no rule leaves some', async () => {
  expect(await saidOf()).toEqual([
    '      cluster c (random)',
    ...hosts.map((host, at) => `        ${host}${at === 2 ? ' weight 9' : ''}`),
  ]);
});

test('the hosts that rules leave are named with their shares, and no others', async () => {
  expect(
    await saidOf([
      { group: 'version=v3', percent: 10, hosts: ['10.0.0.3:80'] },
      { group: '', percent: 90, hosts: ['10.0.0.1:80'] },
    ]),
  ).toEqual([
    '      cluster c (random)',
    '      of the hosts, rules leave:',
    '        10 % version=v3: 10.0.0.3:80 weight 9',
    '        90 %: 10.0.0.1:80',
  ]);
  expect((await saidOf([{ group: 'version=v9', percent: 100, hosts: [] }])).at(-1)).toBe(
    '        100 % version=v9: none',
  );
});
