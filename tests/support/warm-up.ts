/** Before the first test of a clean clone: one proxy from its start to its end, so that what Node compiled for it is kept. */
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { COMPILED } from './compiled.ts';
import { configuration, proxyListener } from './config.ts';
import { startProxy } from './proxy.ts';

const PROTOCOLS = ['Http1', 'Http2', 'bolt', 'dubbo', 'dubbo-thrift', 'tri', 'tars'];

/**
 * Nearly all proxies of tests are killed, and a process keeps what it compiled only when it ends in order: without this one the
 * first hundreds of them would each compile everything anew.
 */
export async function setup(): Promise<void> {
  const { NODE_COMPILE_CACHE: folder } = COMPILED;
  if (folder === undefined || existsSync(path.join(folder, 'warm'))) return;
  const proxy = await startProxy(
    configuration({ listeners: PROTOCOLS.map((protocol) => proxyListener({ name: protocol, protocol })) }),
  );
  await proxy.stop();
  await proxy.dispose();
  writeFileSync(path.join(folder, 'warm'), '');
}
