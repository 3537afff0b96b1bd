import { CopyResult, PlainRequestHead, type RequestCopy } from '@weft/sdk';
import { expect, it } from 'vitest';
import { NetContext } from '../net/index.ts';
import { Copies } from './copies.ts';
import type { DataPlane } from './environment.ts';

interface Told {
  readonly result: CopyResult;
  readonly reason: string;
  readonly note: string;
}

/** A copy to a cluster that is not there: what is told of it says how far it came. */
function wanted(told: Told[]): RequestCopy {
  return {
    cluster: 'nowhere',
    addresses: [],
    toEveryHost: false,
    times: 2,
    maxBodyBytes: 10,
    maxPending: 10,
    removeHeaders: [],
    setHeaders: [],
    hostSuffix: '',
    pending: 0,
    onCopied: (result, _durationMs, _target, reason, note) => void told.push({ result, reason, note }),
  };
}

function gather(context: NetContext, told: Told[], ...chunks: string[]): Copies {
  const plane = { context, cluster: () => undefined } as unknown as DataPlane;
  const head = new PlainRequestHead('Http1', 'http', { method: 'POST', authority: 'a', path: '/' });
  const copies = new Copies(plane, [{ copy: wanted(told), note: 'n' }], head);
  for (const chunk of chunks) copies.sendData(Buffer.from(chunk));
  return copies;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const dropped = (reason: string): Told => ({ result: CopyResult.DROPPED, reason, note: 'n' });

it('sends copies behind the request, and lets its body go', async () => {
  const context = new NetContext();
  const told: Told[] = [];
  const copies = gather(context, told, 'four', 'more');
  expect(context.keptBytes).toBe(8);
  copies.send();
  copies.send();
  expect(told).toEqual([]);
  // The request may be over before its copies are sent.
  copies.end();
  await turn();
  expect([told, context.keptBytes]).toEqual([[dropped('no such cluster'), dropped('no such cluster')], 0]);
});

it('drops them at once when too many wait', () => {
  const context = new NetContext();
  const told: Told[] = [];
  while (context.behind({ run: () => {} }));
  gather(context, told, 'four').send();
  const reason = 'too many copies wait for the requests';
  expect([told, context.keptBytes]).toEqual([[dropped(reason), dropped(reason)], 0]);
});

it('sends none of a request whose body is too long, or that broke off', async () => {
  const context = new NetContext();
  const told: Told[] = [];
  gather(context, told, 'eight by', 'tes').send();
  gather(context, told, 'four').end();
  expect(context.keptBytes).toBe(0);
  await turn();
  expect(told).toEqual([dropped('the body is too long'), dropped('the body is too long')]);
});
