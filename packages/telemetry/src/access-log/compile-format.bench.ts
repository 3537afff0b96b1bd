/** ns per line. Run: `node --conditions=@weft/source packages/telemetry/src/access-log/compile-format.bench.ts` */
import { benchLoop } from '../bench-loop.ts';
import { createLogRing } from '../ring/index.ts';
import { compileAccessLog } from './compile-format.ts';
import { formatGoDurationMs, formatStartTime } from './time-text.ts';

interface Request {
  startMs: number;
  durationMs: number;
  bytesSent: number;
  status: number;
}

const request: Request = { startMs: 1_753_000_000_123, durationMs: 1.234_567, bytesSent: 512, status: 200 };
const getters: Readonly<Record<string, (request: Request) => string | undefined>> = {
  start_time: (r) => formatStartTime(r.startMs),
  trace_id: () => '0ba685081612504033235341410',
  connection_id: (r) => String(r.bytesSent),
  upstream_connection_id: (r) => String(r.bytesSent + 1),
  request_received_duration: (r) => formatGoDurationMs(r.durationMs / 20),
  response_received_duration: (r) => formatGoDurationMs(r.durationMs / 2),
  bytes_sent: (r) => String(r.bytesSent),
  bytes_received: (r) => String(r.bytesSent / 2),
  protocol: () => 'Http1',
  response_code: (r) => String(r.status),
  duration: (r) => formatGoDurationMs(r.durationMs),
  response_flag: () => 'false',
  upstream_local_address: () => '127.0.0.1:51234',
  downstream_local_address: () => '127.0.0.1:2045',
  downstream_remote_address: () => '127.0.0.1:40312',
  upstream_host: () => '127.0.0.1:8080',
};
const format = compileAccessLog<Request>(undefined, (name) => getters[name]);
const json = compileAccessLog<Request>('json', (name) => getters[name]);
const ready = compileAccessLog<Request>(undefined, (name) => {
  const text = getters[name]!(request);
  return () => text;
});
const ring = createLogRing(1 << 20);
const line = format(request);

const next = (i: number): Request => {
  request.startMs = 1_753_000_000_000 + (i >> 4);
  request.durationMs = 0.5 + (i % 10_007) / 997;
  request.bytesSent = 100 + (i % 5000);
  return request;
};
/** A request costs nothing measurable; the line is made flat as the ring makes it, since a rope is no finished line. */
benchLoop('default format, values ready (rope)', (i) => ready(next(i)));
benchLoop('default format (rope)', (i) => format(next(i)));
benchLoop('json (rope)', (i) => json(next(i)));
benchLoop('ring write of a flat line', () => {
  if (!ring.write(0, line)) ring.drain(() => {});
});
benchLoop('default format + ring write', (i) => {
  if (!ring.write(0, format(next(i)))) ring.drain(() => {});
});
benchLoop('go duration', (i) => formatGoDurationMs(next(i).durationMs));
benchLoop('start time', (i) => formatStartTime(next(i).startMs));
