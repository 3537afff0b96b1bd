import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';
import { ConfigError } from '@weft/kit';
import type { HealthProbe, HealthTarget } from '@weft/sdk';
import { CheckRun } from '../common/check-run.ts';
import { CONNECT_PROBE } from '../common/connect-probe.ts';
import type { HttpCheckConfig } from './schema.ts';

// Not by an import: that one loads Node's whole HTTP client behind `fetch`, which is 13 MiB and 40 ms of CPU.
const nodeHttp = process.getBuiltinModule('node:http');

const MAX_HEAD_BYTES = 16 * 1024;
/** A body is read so far before the connection is closed under it: closing at once resets hosts that answer with a page. */
const MAX_BODY_BYTES = 64 * 1024;

/** @throws ConfigError for a range of statuses that ends before it begins */
export function createHttpProbe(config: HttpCheckConfig): HealthProbe {
  if (config.http_check_config === undefined) return CONNECT_PROBE;
  const { port, timeout, path, method, domain, codes } = config.http_check_config;
  for (const [index, { Start, End }] of codes.entries()) {
    if (End >= Start) continue;
    const place = `http_check_config.codes[${index}].End`;
    const expected = `${Start} to 599`;
    const message = 'the range ends before it begins, so no status would be healthy';
    throw new ConfigError([{ file: '', path: place, value: String(End), expected, message }]);
  }
  const isHealthy = (status: number): boolean =>
    codes.length === 0 ? status === 200 : codes.some(({ Start, End }) => status >= Start && status <= End);

  return {
    check(target, timeoutMs, done) {
      const run = new CheckRun(Math.min(timeoutMs, timeout), done);
      run.start(() => {
        const address = {
          host: target.host,
          port: port === 0 ? target.port : port,
          autoSelectFamily: false,
        };
        const request = nodeHttp.request({
          ...(target.path === '' ? address : { socketPath: target.path }),
          path,
          method,
          headers: {
            host: domain === '' ? hostHeader(target, address.port) : domain,
            'user-agent': 'weft-health-check',
            accept: '*/*',
          },
          // A connection of its own, closed behind the answer.
          agent: false,
          maxHeaderSize: MAX_HEAD_BYTES,
        });
        request.on('response', (response) => {
          run.report(isHealthy(response.statusCode ?? 0), String(response.statusCode));
          discard(response, run);
        });
        request.on('error', (error) => run.fail(error));
        // Without an error and an answer: an upgrade, for example.
        request.on('close', () => run.end(false, 'closed'));
        request.end();
        return request;
      });
      return run.cancel;
    },
  };
}

/** Reads the body away within its bound and the deadline; the result is known by now. */
function discard(response: IncomingMessage, run: CheckRun): void {
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) run.cancel();
  });
  response.on('error', run.cancel);
  response.on('end', run.cancel);
}

function hostHeader(target: HealthTarget, port: number): string {
  if (target.hostname !== '') return target.hostname;
  if (target.path !== '') return 'localhost';
  const host = isIPv6(target.host) ? `[${target.host}]` : target.host;
  return port === 80 ? host : `${host}:${port}`;
}
