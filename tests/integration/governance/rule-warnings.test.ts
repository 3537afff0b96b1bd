/** What a rule that is stored may not do as its author thinks, at a control plane with two proxies. */
import { expect, it } from 'vitest';
import { until } from '../engine/support.ts';
import { ECHO, startPair } from './mesh-pair.ts';

it('says which rules leave each other nothing, and what has no instance, caller or name', async () => {
  const { plane } = await startPair();
  const { ms } = plane.admin.client;
  const route = (name: string, version: string, enabled: boolean) => ({
    name,
    app: 'front',
    services: [ECHO],
    direction: 'CLIENT' as const,
    enabled,
    spec: { fallback: false, destinations: [{ weight: 100, labels: version === '' ? {} : { version } }] },
  });
  const first = await ms.createRouteRule({ body: route('first', '', true) });
  expect(first.warnings).toEqual([]);
  const hidden = `never asked while rule ${first.ruleDbId} first is on`;
  const preview = await ms.previewRouteRule({ body: route('second', 'v9', false) });
  const absent = `100 % of the requests for ${ECHO} go to version=v9`;
  expect(preview.warnings).toEqual([expect.stringContaining(absent), expect.stringContaining(hidden)]);
  const second = await ms.createRouteRule({ body: route('second', '', false) });
  const { warnings } = await ms.enableRouteRule({ params: { id: second.ruleDbId } });
  expect(warnings).toEqual([expect.stringContaining(hidden)]);
  const { spec, ...above } = route('above', '', true);
  expect((await ms.createRouteRule({ body: { ...above, spec: { ...spec, priority: 5 } } })).warnings).toEqual(
    [first, second].map(({ ruleDbId, name }) =>
      expect.stringContaining(`rule ${ruleDbId} ${name} is never asked while this one is on`),
    ),
  );

  const limit = (app: string, service: string, name: string, threshold: number) => ({
    name,
    app,
    services: [service],
    direction: app === 'front' ? ('CLIENT' as const) : ('SERVER' as const),
    enabled: true,
    spec: { threshold },
  });
  const low = await ms.createLimitRule({ body: limit('back', ECHO, 'low', 5) });
  expect(low.warnings).toEqual([]);
  const high = await ms.createLimitRule({ body: limit('back', ECHO, 'high', 50) });
  expect(high.warnings).toEqual([expect.stringContaining(`without effect while rule ${low.ruleDbId} low is on`)]);
  expect((await ms.getLimitRule({ params: { id: low.ruleDbId } })).warnings).toEqual([
    expect.stringContaining(`rule ${high.ruleDbId} high is without effect while this one is on`),
  ]);
  const { warnings: slip } = await ms.createLimitRule({ body: limit('front', ECHO.replace('demo', 'dmo'), 'slip', 5) });
  expect(slip).toEqual([`nobody provides or calls ${ECHO.replace('demo', 'dmo')}: is ${ECHO} meant?`]);
  await until(async () =>
    (
      await ms.previewLimitRule({ body: { ...limit('back', ECHO, 'wrong side', 5), direction: 'CLIENT' } })
    ).warnings.includes(`app back does not call ${ECHO}, others do: CLIENT rules act in the callers`),
  );
});

it('says of a whitelist that the app which it lets in is none, before and after it is stored', async () => {
  const { plane } = await startPair();
  const { ms } = plane.admin.client;
  const body = {
    name: 'callers',
    app: 'back',
    services: [ECHO],
    enabled: false,
    conditions: [{ field: 'source.app.name', value: ['frnt'] }],
    spec: { type: 'WHITELIST' as const },
  };
  const said = 'no proxy of an app frnt is known: this whitelist lets nobody in with it; is front meant?';
  expect((await ms.previewAuthRule({ body })).warnings).toEqual([said]);
  const { ruleDbId, warnings } = await ms.createAuthRule({ body });
  expect(warnings).toEqual([said]);
  const params = { id: ruleDbId };
  expect((await ms.enableAuthRule({ params })).warnings).toEqual([said]);
  const why = await ms.whyRule({ query: { type: 'auth', id: ruleDbId } });
  expect(why.findings).toContainEqual(expect.objectContaining({ code: 'warning.no-caller-near', result: 'warn' }));
  const { warnings: right } = await ms.previewAuthRule({
    body: { ...body, conditions: [{ field: 'source.app.name', value: ['front'] }] },
  });
  expect(right).toEqual([]);
});
