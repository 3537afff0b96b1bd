import { PlainHeaders } from '@weft/sdk';
import { expect, it } from 'vitest';
import {
  attachmentsToHttp,
  boltToHttp,
  httpToAttachments,
  httpToBolt,
  isCarried,
  shorter,
  timeoutOf,
} from './index.ts';
import { formatSofaTraceContext, parseSofaTraceContext } from './sofa-tracer.ts';

const pairs = (headers: PlainHeaders): Record<string, string> => {
  const all: Record<string, string> = {};
  headers.forEach((name, value) => {
    all[name] = value;
  });
  return all;
};
const converted = (run: (out: PlainHeaders) => void): Record<string, string> => {
  const out = new PlainHeaders();
  run(out);
  return pairs(out);
};
const http = (headers: Readonly<Record<string, string>>): PlainHeaders => new PlainHeaders(Object.entries(headers));

/** What every pair keeps: the trace in its forms, baggage, caller, zone, label and attempt. */
const CONTEXT = {
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  'x-b3-traceid': '0af7651916cd43dd',
  baggage: 'lane=gray',
  'x-weft-source-app': 'shop',
  'x-weft-source-zone': 'zone-a',
  'x-weft-lane': 'gray',
  'x-weft-attempt': '2',
  'sofa-traceid': '0a0fe925',
  'sofa-rpcid': '0.1',
};

it('brings a context through Dubbo unchanged', () => {
  const attachments = new Map(Object.entries(converted((out) => httpToAttachments(http(CONTEXT), out))));
  expect(attachments.get('dubbo.rpc.sofa.tracer')).toBe('tcid=0a0fe925&spid=0.1&pspid=&sample=true&');
  expect(converted((out) => attachmentsToHttp(attachments, out))).toEqual(CONTEXT);
});

it('brings a context through Bolt unchanged', () => {
  const bolt = converted((out) => httpToBolt(http(CONTEXT), out));
  expect(bolt).toMatchObject({
    'rpc_trace_context.sofaTraceId': '0a0fe925',
    'rpc_trace_context.sofaCallerApp': 'shop',
    'rpc_trace_context.sofaPenAttrs': 'lane=gray',
  });
  expect(converted((out) => boltToHttp(http(bolt), out))).toEqual(CONTEXT);
});

it('leaves behind what is not for HTTP', () => {
  const attachments = new Map([
    ['path', 'com.x.Y'],
    ['token', 'secret'],
    ['x-weft-converted', 'a>b'],
    ['bad name', '1'],
    ['x-weft-own', 'line\nend'],
    ['k', 'ä\n'],
  ]);
  expect(converted((out) => attachmentsToHttp(attachments, out))).toEqual({ 'x-dubbo-att-k': '%C3%A4%0A' });
  const bolt = http({
    'bad name': '1',
    'x-a': 'line\r\nend',
    connection: 'close',
    'content-length': '7',
    type: 'sync',
  });
  expect(converted((out) => boltToHttp(bolt, out))).toEqual({});
});

it('lets no caller of HTTP say what is called', () => {
  const attack = http({
    'x-dubbo-att-path': 'com.x.Z',
    'x-dubbo-att-generic': 'true',
    sofa_head_target_service: 'z:1.0',
  });
  expect(converted((out) => httpToAttachments(attack, out))).toEqual({});
  expect(converted((out) => httpToBolt(attack, out))['sofa_head_target_service']).toBeUndefined();
});

it('reads contexts of SOFATracer, with baggage', () => {
  const text = 'tcid=0a0fe925&spid=0.1&pspid=0&sample=true&_sys_x=1&lane=gray&';
  const context = parseSofaTraceContext(text);
  expect(context).toEqual({ traceId: '0a0fe925', rpcId: '0.1', baggage: ['lane=gray'] });
  expect(parseSofaTraceContext(formatSofaTraceContext(context as never))).toEqual(context);
  for (const none of ['', 'spid=0', 'tcid=', 'tcid=a b&']) expect(parseSofaTraceContext(none)).toBeNull();
  expect(converted((out) => boltToHttp(http({ new_rpc_trace_context: text }), out))).toEqual({
    'sofa-traceid': '0a0fe925',
    'sofa-rpcid': '0.1',
    baggage: 'lane=gray',
  });
});

it('reads timeouts and takes the shorter', () => {
  expect(['1', '2500', '0', '-1', '1.5', 'x', undefined, '99999999999'].map(timeoutOf)).toEqual([
    1, 2500, 0, 0, 0, 0, 0, 0,
  ]);
  expect([shorter(0, 0), shorter(0, 5), shorter(5, 0), shorter(5, 3)]).toEqual([0, 5, 5, 3]);
});

it('knows what means the same everywhere', () => {
  const names = ['traceparent', 'x-b3-spanid', 'x-weft-lane', 'x-weft-timeout-ms', 'x-weft-converted', 'cookie'];
  expect(names.map(isCarried)).toEqual([true, true, true, false, false, false]);
});

it('one member of a baggage does not become several', () => {
  const baggage = 'user=ann%26role%3Dadmin,tag=a&role=admin,name=J%20B';
  expect(converted((out) => httpToBolt(http({ baggage }), out))['rpc_trace_context.sofaPenAttrs']).toBe(
    'user=ann%26role%3Dadmin&tag=a%26role%3Dadmin&name=J B',
  );
});
