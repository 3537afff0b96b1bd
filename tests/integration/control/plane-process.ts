/** A control plane in a process of its own, to be killed: argument 1 is its directory; one line of JSON says where it is. */
import { startControlPlane } from '@weft/control';

const ANY_PORT = { host: '127.0.0.1', port: 0 };
const begin = performance.now();
const plane = await startControlPlane({
  dataDirectory: process.argv[2] ?? '',
  http: ANY_PORT,
  grpc: ANY_PORT,
  drmQuery: null,
  version: { version: '0.0.0', revision: '' },
  rateLimits: { readsPerSecond: 1e6, writesPerSecond: 1e6 },
  drmWritesPerMinute: 1e6,
  ...(process.argv[3] === undefined ? {} : { maxDatabasePages: Number(process.argv[3]) }),
});
process.stdout.write(
  `${JSON.stringify({ url: plane.url.slice(0, -1), seeded: plane.seeded, readyMs: Math.round(performance.now() - begin), rssMiB: Math.round(process.memoryUsage().rss / 1048576) })}\n`,
);
process.on('SIGTERM', () => void plane.stop());
