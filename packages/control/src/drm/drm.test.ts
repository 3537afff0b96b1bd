import { randomBytes } from 'node:crypto';
import { noopLogger } from '@weft/kit';
import { createFakeClock } from '@weft/kit/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDistributionHub } from '../distribution/index.ts';
import { createOsp } from '../osp/index.ts';
import { openSqlite, type Storage, type Transaction } from '../storage/index.ts';
import { createDrm, type Drm, MAX_VALUE_BYTES, type PutOptions } from './index.ts';

const INSTANCE = '000001';
const DATA_ID = 'Alipay.shop:name=com.example.Switches.fast,version=3.0@DRM';
const KEY = { instanceId: INSTANCE, dataId: DATA_ID };

let storage: Storage;
let drm: Drm;
beforeEach(async () => {
  storage = openSqlite({ file: ':memory:' });
  drm = await open();
});
afterEach(async () => {
  drm.stop();
  await storage.close();
});

async function open(maxValues?: number): Promise<Drm> {
  const clock = createFakeClock();
  const osp = await createOsp({ storage, vaultKey: randomBytes(32), wallNow: clock.wallNow });
  const { accessKeys, products } = osp;
  const hub = createDistributionHub({ accessKeys, products, clock, log: noopLogger });
  return createDrm({ storage, hub, clock, log: noopLogger, ...(maxValues === undefined ? {} : { maxValues }) });
}

const write = <T>(work: (tx: Transaction) => Promise<T>): Promise<T> => storage.write(work);
const put = (value: string, more: Partial<PutOptions> = {}) =>
  write((tx) => drm.put(tx, { ...KEY, value, operator: 'ann', ...more }));
const startGray = (value: string, percent: number, baseVersion?: number) =>
  write((tx) =>
    drm.gray.start(tx, KEY, { value, selector: { percent }, operator: 'ann', comment: 'try', baseVersion }),
  );

describe('a value', () => {
  it('has a number for each content, and none for the same once more', async () => {
    expect((await put('on')).version).toBe(1);
    expect((await put('on')).version).toBe(1);
    expect((await put('off')).version).toBe(2);
    expect((await put('on')).version).toBe(3);
    expect(drm.get(KEY)).toMatchObject({ value: 'on', version: 3, app: 'shop', operator: 'ann' });
    expect((await drm.history(KEY)).map(({ version }) => version)).toEqual([3, 2, 1]);
    expect((await drm.historyValue(KEY, 2))?.value).toBe('off');
    expect(await drm.historyValue(KEY, 9)).toBeNull();
  });

  it('is refused where it builds on another version than the one in force', async () => {
    await expect(put('on', { baseVersion: 1 })).rejects.toMatchObject({ code: 'VERSION_CONFLICT' });
    await put('on', { baseVersion: 0 });
    await expect(put('off', { baseVersion: 0 })).rejects.toThrow(
      'the current version is 1, the change builds on 0: read it again',
    );
    expect(drm.get(KEY)?.value).toBe('on');
  });

  it('may have as many bytes as it may, and no more', async () => {
    const largest = 'é'.repeat(MAX_VALUE_BYTES / 2);
    expect((await put(largest)).version).toBe(1);
    await expect(put(`${largest}!`)).rejects.toMatchObject({
      code: 'INVALID',
      fields: [{ path: '/value', message: `found ${MAX_VALUE_BYTES + 1} bytes, expected at most ${MAX_VALUE_BYTES}` }],
    });
  });

  it.each(['', 'Alipay.shop', 'x'.repeat(2000), `${DATA_ID}\n`])('under %.20j has no name', async (dataId) => {
    await expect(put('on', { dataId })).rejects.toMatchObject({ code: 'INVALID' });
    expect(drm.list(INSTANCE)).toEqual([]);
  });

  it('is of one tenant and zone, and found in the default zone from all', async () => {
    await put('everywhere');
    await put('here', { zone: 'Z1' });
    const valueIn = (zone: string) => drm.resolve({ ...KEY, zone })?.value;
    expect([valueIn('Z1'), valueIn('Z2')]).toEqual(['here', 'everywhere']);
    expect([drm.get({ ...KEY, zone: 'Z2' }), drm.resolve({ ...KEY, instanceId: '000002' })]).toEqual([null, null]);
  });

  it('is one of as many as a tenant may have', async () => {
    drm.stop();
    drm = await open(1);
    await put('on');
    await expect(put('on', { dataId: DATA_ID.replace('fast', 'slow') })).rejects.toMatchObject({
      code: 'LIMIT_REACHED',
    });
    expect((await put('off')).version).toBe(2);
  });

  it('is not changed by a transaction that fails', async () => {
    await put('on');
    const failing = write(async (tx) => {
      await drm.put(tx, { ...KEY, value: 'off', operator: 'ann' });
      throw new Error('later');
    });
    await expect(failing).rejects.toThrow('later');
    expect(drm.get(KEY)?.value).toBe('on');
    expect((await put('off')).version).toBe(2);
  });

  it('is written by its owner alone, and judged before it is stored', async () => {
    drm.addValidator({
      owner: 'LIMIT',
      schema: 'limit',
      matches: ({ app }) => app === 'shop',
      problems: (value) => (value === 'bad' ? [{ path: '/rules/0', message: 'no rule' }] : []),
      idsOf: () => [DATA_ID],
    });
    await expect(put('good', { owner: 'FUSE' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(put('bad', { owner: 'LIMIT' })).rejects.toThrow('/rules/0: no rule');
    expect(drm.list(INSTANCE)).toEqual([]);
    expect(await put('good', { owner: 'LIMIT' })).toMatchObject({ owner: 'LIMIT', version: 1 });
  });

  it('is there again after a restart', async () => {
    await put('on');
    await startGray('off', 10);
    drm.stop();
    drm = await open();
    expect([drm.get(KEY)?.value, drm.gray.get(KEY)?.value]).toEqual(['on', 'off']);
  });
});

describe('a value for a share of the proxies', () => {
  beforeEach(async () => {
    await put('on');
  });

  it('is in force for everybody under the number that it has once it is promoted', async () => {
    expect((await startGray('off', 10)).version).toBe(2);
    expect(drm.get(KEY)?.value).toBe('on');
    await write((tx) => drm.gray.promote(tx, KEY, 'bob'));
    expect(drm.get(KEY)).toMatchObject({ value: 'off', version: 2, operator: 'bob' });
    expect(drm.gray.get(KEY)).toBeNull();
  });

  it('is taken back by a number above its own', async () => {
    await startGray('off', 10);
    await write((tx) => drm.gray.abort(tx, KEY, 'bob'));
    expect(drm.get(KEY)).toMatchObject({ value: 'on', version: 3, comment: 'version 2 was given up' });
    expect(drm.gray.get(KEY)).toBeNull();
  });

  it('grows and does not shrink', async () => {
    await startGray('off', 10);
    const expand = (percent: number) => write((tx) => drm.gray.expand(tx, KEY, { percent }, 'bob'));
    expect((await expand(50)).selector).toEqual({ percent: 50 });
    await expect(expand(49)).rejects.toThrow('the share grows: found 49 %, expected at least 50 %');
    expect(drm.gray.get(KEY)?.selector).toEqual({ percent: 50 });
  });

  it('keeps others from writing until it is decided', async () => {
    await startGray('off', 10);
    await expect(put('third')).rejects.toThrow('is with a part of the proxies (try): promote or abort it first');
    await expect(startGray('third', 20)).rejects.toMatchObject({ code: 'CONFLICT' });
    // What is in force already changes nothing.
    expect((await put('on')).version).toBe(1);
  });

  it('needs a value that it differs from, at the version that was read', async () => {
    await expect(startGray('off', 10, 7)).rejects.toMatchObject({ code: 'VERSION_CONFLICT' });
    const other = { ...KEY, zone: 'Z1' };
    const options = { value: 'x', selector: {}, operator: 'ann', comment: '' };
    await expect(write((tx) => drm.gray.start(tx, other, options))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    for (const act of ['promote', 'abort'] as const)
      await expect(write((tx) => drm.gray[act](tx, KEY, 'bob'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
