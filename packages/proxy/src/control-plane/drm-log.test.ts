import { createFakeClock } from '@weft/kit/testing';
import { expect, test } from 'vitest';
import { DrmLog } from './drm-log.ts';

const DATA_ID = 'sofa.config:name=com.alipay.sofa.middleware.servicegov.apps.crpc-client.downgradeRule,version=3.0@DRM';
/** What takes a degradation back. */
const VALUE = '{"appName":"crpc-client","type":"SOFA","enabled":true,"downgradeRules":[]}';

function start(more: { readonly accessKey?: string; readonly address?: string } = {}) {
  const { accessKey = 'ak', address = '10.0.0.9:9880' } = more;
  const lines: string[] = [];
  const clock = createFakeClock();
  const log = new DrmLog(
    {
      config: { app: 'crpc-client', zone: 'DEFAULT_ZONE', data_center: 'dc1' },
      drmLog: (level, text) => void lines.push(`[${level}] ${text}`),
    },
    { uuid: 'u-1', instanceId: '000001', accessKey },
    clock,
  );
  log.configured(address, 30_000);
  log.redial(address);
  return { log, lines, clock };
}

test('says how the client is set up, without its secrets, and whom it calls', () => {
  expect(start().lines).toEqual([
    '[INFO] [drm] initialized drm client with config: &{instanceID:000001 zone:DEFAULT_ZONE dataCenter:dc1 appName:crpc-client profile: advertiseIFace: accessKey:*** secretKey:*** heartbeatInterval:30000000000 registryLocator:<nil> boltTransport:<nil> antvipLocator:<nil>}',
    '[INFO] [drm] get servers from config: [{10.0.0.9 100 9880 true   map[]}]',
    '[INFO] [drm] redial choose 10.0.0.9:9880',
  ]);
  expect(start({ accessKey: '' }).lines[0]).toContain(' accessKey: secretKey: ');
  expect(start({ address: '[::1]:9880' }).lines[1]).toContain('[{::1 100 9880 true   map[]}]');
});

test('a subscription is timed from the connection that it goes out on, or from its own beginning', () => {
  const { log, lines, clock } = start();
  const sent = `[INFO] [drm] send class=com.alipay.drm.client.api.model.pb.SubscriberRegReqPb req=baseInfo:<zone:"DEFAULT_ZONE" dataId:"${DATA_ID}" uuid:"u-1" instanceId:"000001" > res=<nil> err=<nil>`;
  clock.advance(250);
  log.subscribed(DATA_ID);
  expect(lines.at(-1)).toBe(`${sent} elapsed=250ms`);
  const now = clock.now();
  clock.advance(2);
  log.subscribed(DATA_ID, now);
  expect(lines.at(-1)).toBe(`${sent} elapsed=2ms`);
});

test('a value that came is a push and a fetch: its first 64 characters, its bytes with the suffix, its time', () => {
  const { log, lines, clock } = start();
  const arrivedMs = clock.now();
  clock.advance(14.886412);
  log.pushed(DATA_ID, 125, Buffer.from(VALUE), arrivedMs);
  expect(Buffer.byteLength(VALUE)).toBe(74);
  expect(lines.slice(-2)).toEqual([
    `[INFO] [drm] drm push dataID=${DATA_ID} command="CMD:zone=DEFAULT_ZONE,version=125:R@DRM"`,
    `[INFO] [drm] fetch GET http://10.0.0.9:9880/queryDrmData.htm?dataId=${DATA_ID}&zone=DEFAULT_ZONE&version=125&profile=&instanceId=000001 200 <{"appName":"crpc-client","type":"SOFA","enabled":true,"downgrade... > [125] 78 <nil> 14.886412ms`,
  ]);
});

test('a short value is shown with its suffix, a long one is cut between characters', () => {
  const { log, lines, clock } = start();
  log.pushed(DATA_ID, 1, Buffer.from('{\n}'), clock.now());
  expect(lines.at(-1)).toContain(' 200 <{ }@DRM... > [1] 7 <nil> 0ms');
  log.pushed(DATA_ID, 2, Buffer.from('𝄞'.repeat(100)), clock.now());
  expect(lines.at(-1)).toContain(` 200 <${'𝄞'.repeat(64)}... > [2] 404 <nil> 0ms`);
});

test('what is in force, and what is not', () => {
  const { log, lines } = start();
  log.applied(DATA_ID, 125, '{\n}');
  log.refused(DATA_ID, 126, 'a\nb');
  log.restored(DATA_ID, 125);
  log.removed(DATA_ID);
  log.removed(DATA_ID);
  log.unsubscribed(DATA_ID);
  expect(lines.slice(-6)).toEqual([
    `[INFO] [drm] update local value dataID=${DATA_ID} value={ } version=125`,
    `[ERROR] [drm] refuse value dataID=${DATA_ID} version=126 reason=a b`,
    `[INFO] [drm] read snapshot dataID=${DATA_ID} version=125`,
    `[INFO] [drm] remove local value dataID=${DATA_ID}`,
    `[INFO] [drm] no value dataID=${DATA_ID}`,
    `[INFO] [drm] unsubscribe dataID=${DATA_ID}`,
  ]);
});
