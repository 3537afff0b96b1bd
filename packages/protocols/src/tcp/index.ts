import { Detection, defineProtocol } from '@weft/sdk';
import { TcpClient, TcpServer } from './codec.ts';
import { schema } from './schema.gen.ts';

/** Raw TCP: it has no settings and no first bytes of its own. */
export const tcp = defineProtocol<unknown>({
  name: 'tcp',
  family: 'raw',
  pooling: 'bound',
  schema,
  detectBytes: 0,
  detect: () => Detection.NO,
  createServer: (link, handler) => new TcpServer(link, handler),
  createClient: (link, handler) => new TcpClient(link, handler),
});
