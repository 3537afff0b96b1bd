import { parseConfig } from '@weft/schema';
import { PlainRequestHead, Verdict } from '@weft/sdk';
import { TestStreamContext } from '@weft/sdk/testing';
import { expect, it } from 'vitest';
import { type IpAccessConfig, ipAccess } from './index.ts';

const create = (config: unknown) => ipAccess.create(parseConfig<IpAccessConfig>(config, ipAccess.schema).value)();

function allows(
  config: unknown,
  remoteAddress: string,
  headers: readonly (readonly [string, string])[] = [],
  family = 'http',
) {
  const context = new TestStreamContext(new PlainRequestHead('test', family, {}, headers));
  context.remoteAddress = remoteAddress;
  const verdict = create(config)?.beforeRoute?.(context);
  if (verdict === Verdict.REPLIED) expect(context.replies).toEqual([{ status: 403, code: 'filter' }]);
  else expect(context.replies).toEqual([]);
  return verdict === Verdict.CONTINUE;
}

const INSIDE = {
  default_action: 'deny',
  ips: [{ action: 'deny', addrs: ['10.0.0.9'] }, { addrs: ['10.0.0.0/8', '::1'] }],
};

it.each([
  ['10.0.0.1:4000', true],
  ['10.0.0.9:4000', false],
  ['11.0.0.1:4000', false],
  ['[::1]:4000', true],
  ['', false],
])('judges %j by the first entry that has it', (address, expected) => {
  expect(allows(INSIDE, address)).toBe(expected);
});

it('allows what no entry has unless told otherwise', () => {
  expect(allows({}, '10.0.0.1:1')).toBe(true);
  expect(allows({ default_action: 'deny' }, '10.0.0.1:1')).toBe(false);
  expect(allows({ ips: [{ action: 'deny', addrs: ['10.0.0.1'] }] }, '10.0.0.1:1')).toBe(false);
});

it('takes the address from a header', () => {
  const config = { ...INSIDE, header: 'X-Real-IP' };
  expect(allows(config, '11.0.0.1:1', [['x-real-ip', ' 10.0.0.1 ']])).toBe(true);
  expect(allows(config, '10.0.0.1:1', [['x-real-ip', '11.0.0.1']])).toBe(false);
  expect(allows(config, '11.0.0.1:1', [['X-Real-IP', '10.0.0.1']], 'bolt')).toBe(true);
});

it('falls back to the connection without the header, and to the default for what is no address', () => {
  const config = { ...INSIDE, header: 'x-real-ip' };
  expect(allows(config, '10.0.0.1:1')).toBe(true);
  expect(allows(config, '10.0.0.1:1', [['x-real-ip', '']])).toBe(true);
  expect(allows(config, '10.0.0.1:1', [['x-real-ip', 'unknown']])).toBe(false);
});

it('refuses an entry that is no address', () => {
  const problems = [expect.objectContaining({ path: 'ips[1].addrs[0]', value: '"10.0.0.0/33"' })];
  expect(() => create({ ips: [{ addrs: ['::1'] }, { addrs: ['10.0.0.0/33'] }] })).toThrow(
    expect.objectContaining({ problems }),
  );
});
