import { parseConfig } from '@weft/schema';
import { type FuseRuleBody, fuseDocumentSchema } from '@weft/schema/wire';
import { describe, expect, test } from 'vitest';
import { exampleFiles, playExample } from '../common/test-rules.ts';
import { checkFuseBody, fromFuseDocument, fuse, toFuseDocument } from './index.ts';

const bodyOf = (more: object): FuseRuleBody => {
  const checked = checkFuseBody({
    name: 'n',
    app: 'a',
    direction: 'CLIENT',
    services: ['*'],
    spec: { threshold: 50 },
    ...more,
  });
  if (checked.kind === 'refused') throw new Error(JSON.stringify(checked.problems));
  return checked.body;
};

test('a body survives the way through the document', () => {
  const bodies = [
    bodyOf({ enabled: true, methods: ['a', 'b'], description: 'why' }),
    bodyOf({
      mode: 'OBSERVE',
      methods: ['GET /a', '*'],
      spec: { triggerType: 'avgRt', threshold: 3, errorCodes: [5] },
    }),
    bodyOf({
      spec: { threshold: 0.5, thresholdUnit: 'ratio', zoneSpec: [{ zone: 'z', threshold: 1 }], rpcTimeout: 9 },
    }),
  ];
  const rules = bodies.map((body, index) => ({ ruleDbId: index + 1, body }));
  const document = parseConfig(JSON.parse(JSON.stringify(toFuseDocument('a', rules))), fuseDocumentSchema).value;
  expect(fromFuseDocument(document)).toEqual(rules);
});

test('the form of the vendor is a body', () => {
  const { name, app, direction, services } = bodyOf({});
  const item = {
    ruleType: 'errorRatio',
    configs: {
      totalMetricWindow: 20,
      requestVolumeThreshold: 5,
      errorPercentThreshold: 30,
      sleepWindow: 4000,
      codes: [503],
    },
    trafficConditions: [{ type: 'HEADER', field: 'a', operation: 'EQUAL', value: ['b'] }],
    action: { type: 'PASS' },
  };
  expect(checkFuseBody({ name, app, direction, services, ...item })).toMatchObject({
    kind: 'ok',
    body: {
      mode: 'OBSERVE',
      conditions: [{ field: 'a' }],
      spec: {
        triggerType: 'errorRatio',
        threshold: 30,
        triggerWindowMillis: 20_000,
        floorRequestCount: 5,
        meltWindowMillis: 4000,
        errorCodes: [503],
      },
    },
  });
  const slow = { ...item, ruleType: 'avgRt', configs: { averageRtThreshold: 250 } };
  expect(checkFuseBody({ name, app, direction, services, ...slow })).toMatchObject({
    kind: 'ok',
    body: { spec: { triggerType: 'avgRt', threshold: 250 } },
  });
});

describe('examples', () => {
  const folder = new URL('./examples/', import.meta.url);
  test('there are some', () => expect(exampleFiles(folder).length).toBeGreaterThanOrEqual(3));
  test.each(exampleFiles(folder))('%s does what it says', (file) => {
    playExample(new URL(file, folder), fuse, checkFuseBody, toFuseDocument);
  });
});
