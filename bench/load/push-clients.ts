/** Simulated proxies of the scenarios `rule-push` and `rule-save`: COUNT clients, a connection each, that accept whatever they are sent. */
import { readFileSync } from 'node:fs';
import {
  createDistributionClient,
  createGrpcTransport,
  createLink,
  DYNAMIC_VALUE_TYPE,
  opaqueType,
} from '@weft/distribution';

const [address = '', countText = '1', name = '', keyFile = ''] = process.argv.slice(2);
const count = Number(countText);
const transport = createGrpcTransport();
const key =
  keyFile === '' ? null : (JSON.parse(readFileSync(keyFile, 'utf8')) as { accessKey: string; secret: string });
let holding = 0;

for (let index = 0; index < count; index++) {
  const node = {
    id: `client-${index}`,
    app: `app-${index}`,
    ip: '127.0.0.1',
    zone: 'z',
    dataCenter: 'd',
    cluster: 'c',
    labels: {},
    version: '0',
    pid: process.pid,
    startedAtMs: 1,
    adminPort: 0,
  };
  const link = createLink({
    addresses: [address],
    node,
    transport,
    ...(key === null ? {} : { credentials: { accessKey: key.accessKey, secret: key.secret } }),
  });
  const client = createDistributionClient({ link });
  let first = true;
  client.subscribe(opaqueType(DYNAMIC_VALUE_TYPE), [name], () => {
    if (first && ++holding === count) process.stdout.write('all clients hold a value\n');
    first = false;
    return [];
  });
}
