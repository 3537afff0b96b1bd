/** Two proxies in a row: what the rules of the service refuse is no error of it to the breaker of the caller. */
import { expect, it } from 'vitest';
import { type Protocol, type RuleSource, SERVICES, World } from './world.ts';

const fuseOf = (protocol: Protocol): RuleSource => ({
  type: 'FUSE',
  list: 'fuseRules',
  rules: [
    {
      ruleDbId: 2,
      services: [SERVICES[protocol]],
      direction: 'CLIENT',
      threshold: 50,
      floorRequestCount: 2,
      meltWindowMillis: 3_600_000,
    },
  ],
});

/** What the caller sees of the limit of the service, in the words of the protocol. */
it.each<[Protocol, number]>([
  ['Http1', 429],
  ['Http2', 429],
  ['grpc', 8],
  ['tri', 8],
  ['bolt', 4],
  ['dubbo', 40],
  ['dubbo-thrift', 6],
  ['tars', -9],
])('a limit at the service opens no breaker at the caller: %s', async (protocol, refused) => {
  const callee = await World.start(protocol, [
    {
      type: 'LIMIT',
      list: 'flowControlRules',
      rules: [{ ruleDbId: 1, threshold: 1, timeMs: 1_000_000, services: [SERVICES[protocol]] }],
    },
  ]);
  const caller = await World.start(protocol, [fuseOf(protocol)], {
    ownHost: false,
    ports: [callee.proxy.port('in')],
  });
  const [first, ...others] = await caller.statuses(6, 'out');
  expect(first).not.toBe(refused);
  expect(others).toEqual([refused, refused, refused, refused, refused]);
  // The breaker counts errors of the service itself all the same.
  await callee.change([]);
  callee.service.behaviour = 'error';
  for (let asked = 0; asked < 12; asked++) await caller.ask('out');
  const seen = callee.service.seen;
  await caller.ask('out');
  expect(callee.service.seen).toBe(seen);
});
