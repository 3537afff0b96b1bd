import { isIP } from 'node:net';
import { EXIT } from '@weft/kit';
import { Option } from 'commander';
import { CommandError } from '../outcome.ts';
import type { Question } from '../services.ts';

export interface QuestionOptions {
  readonly request: string;
  readonly header?: readonly string[];
  readonly protocol?: string;
  readonly listener?: string;
  readonly sourceIp?: string;
}

const HTTP_PROTOCOLS = ['Http1', 'Http2'] as const;
const GRPC = 'gRPC';
/** Protocols whose requests are a service and a method; Dubbo and Triple have version and group behind the service. */
export const RPC_PROTOCOLS = ['bolt', 'boltv2', 'dubbo', 'dubbo-thrift', GRPC, 'tars', 'tri'] as const;
const RPC = new RegExp(`^(${RPC_PROTOCOLS.join('|')})(?:\\s+|$)`, 'i');
/** What the help says of a request. */
export const REQUEST_HELP = "the request: 'GET http://host/path', or 'bolt service=… method=…'";
export const REQUEST_HELP_MORE = `A request for RPC begins with its protocol (${RPC_PROTOCOLS.join(', ')}) and names its service as rules do:
for dubbo and tri interface[:version][:group], for tars the servant; further key=value pairs are its attachments.
A call of gRPC is routed by its host, too: 'gRPC service=helloworld.Greeter method=SayHello host=greeter:50051'.`;

/** `--protocol`; compared without case, and one of a plugin is taken where the proxy has it. */
export function protocolOption(): Option {
  const option = new Option('--protocol <name>', 'protocol of the request (default: Http1, or that of --request)');
  option.argChoices = [...HTTP_PROTOCOLS, ...RPC_PROTOCOLS];
  return option;
}

/** What ids of services end in, where that is not the name of the protocol. */
const SUFFIXES: Readonly<Record<string, string>> = {
  Http1: 'Http1',
  Http2: 'Http1',
  bolt: 'DEFAULT',
  boltv2: 'DEFAULT',
  gRPC: 'grpc',
};

/** The service and the method that a question is about, as rules name them; of HTTP the method is '', rules go by verb and path. */
export function calledService({ protocol, service, method, authority, path }: Question): {
  readonly service: string;
  readonly method: string;
} {
  const suffix = SUFFIXES[protocol] ?? protocol;
  const idOf = (name: string): string => (name.includes('@') ? name : `${name}@${suffix}`);
  if (suffix === 'Http1') return { service: idOf(authority), method: '' };
  if (service !== '' || path === '') return { service: idOf(service), method };
  // A call of gRPC that is asked for as a request of HTTP.
  const [, own = '', called = ''] = path.split('?', 1)[0]?.split('/') ?? [];
  return { service: idOf(own), method: called };
}

const METHOD = /^[A-Z][A-Z0-9_-]*$/;

/** What the help says of the address of the caller. */
export const SOURCE_IP_HELP = 'address of the caller; what rules ask of it is unknown without';

/** Reads `GET http://host/path`, `http://host/path`, `/path` or `PROTOCOL service=… method=… key=value` of a protocol for RPC. */
export function parseQuestion({ sourceIp = '', ...options }: QuestionOptions): Question {
  if (sourceIp !== '' && isIP(sourceIp) === 0)
    throw new CommandError(EXIT.USAGE, 'usage', `--source-ip: found "${sourceIp}", expected an IP address`);
  const question = parseRequest(options);
  return sourceIp === '' ? question : { ...question, sourceIp };
}

function parseRequest({ request, header = [], protocol, listener = '' }: QuestionOptions): Question {
  const headers = header.map(parseHeader);
  const rpc = RPC.exec(request.trim());
  const name = rpcProtocol(protocol ?? rpc?.[1] ?? '');
  // A call of gRPC is one of HTTP, too, and may be asked for so.
  const isPath = name === GRPC && rpc === null && /^(?:\S+\s+)?(?:https?:\/)?\//.test(request.trim());
  if (name !== undefined && !isPath)
    return rpcQuestion(request.trim().slice(rpc?.[0].length ?? 0), headers, name, listener);
  return httpQuestion(request.trim(), headers, name ?? protocol ?? 'Http1', listener);
}

function rpcProtocol(name: string): string | undefined {
  return RPC_PROTOCOLS.find((known) => known.toLowerCase() === name.toLowerCase());
}

function httpQuestion(
  request: string,
  given: readonly (readonly [string, string])[],
  protocol: string,
  listener: string,
): Question {
  const words = request.split(/\s+/);
  const [first = '', second] = words;
  const method = second === undefined ? 'GET' : first;
  const target = second ?? first;
  if (words.length > 2 || !METHOD.test(method) || target === '') throw wrong(request);
  const headers = given.map(([name, value]) => [name.toLowerCase(), value] as const);
  const host = headers.find(([name]) => name === 'host')?.[1];
  if (target.startsWith('/'))
    return { protocol, method, authority: host ?? '', path: target, scheme: 'http', service: '', headers, listener };
  const url = URL.canParse(target) ? new URL(target) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) throw wrong(request);
  // As it was written: a URL object would encode what a caller might send as it is.
  const path = /^https?:\/\/[^/?#]*([^#]*)/i.exec(target)?.[1] ?? '';
  return {
    protocol,
    method,
    authority: host ?? url.host,
    path: path.startsWith('/') ? path : `/${path}`,
    scheme: url.protocol.slice(0, -1),
    service: '',
    headers: host === undefined ? [['host', url.host], ...headers] : headers,
    listener,
  };
}

function rpcQuestion(
  pairs: string,
  given: readonly (readonly [string, string])[],
  protocol: string,
  listener: string,
): Question {
  const headers = [
    ...pairs
      .split(/\s+/)
      .filter((pair) => pair !== '')
      .map(parsePair),
    ...given,
  ];
  const value = (name: string): string => headers.find(([key]) => key === name)?.[1] ?? '';
  const service = value('service') || value('sofa_head_target_service');
  return {
    protocol,
    method: value('method') || value('sofa_head_method_name'),
    authority: protocol === GRPC ? value('host') : '',
    path: '',
    scheme: '',
    service,
    headers: protocol.startsWith('bolt')
      ? headers.map(([name, text]) => [name === 'method' ? 'sofa_head_method_name' : name, text])
      : headers.filter(([name]) => name !== 'service' && name !== 'method'),
    listener,
  };
}

function parsePair(pair: string): readonly [string, string] {
  const equals = pair.indexOf('=');
  if (equals < 1)
    throw new CommandError(
      EXIT.USAGE,
      'usage',
      `--request: "${pair}" is not key=value, as in 'bolt service=com.example.Greeter:1.0 method=hello'`,
    );
  return [pair.slice(0, equals), pair.slice(equals + 1)];
}

function parseHeader(text: string): readonly [string, string] {
  const match = /^([^:=\s]+)\s*[:=]\s*(.*)$/.exec(text);
  if (match === null) throw new CommandError(EXIT.USAGE, 'usage', `--header: "${text}" is not 'name: value'`);
  return [match[1] as string, match[2] as string];
}

function wrong(request: string): CommandError {
  return new CommandError(
    EXIT.USAGE,
    'usage',
    `--request: "${request}" is not a request such as 'GET http://host/path' or 'bolt service=com.example.Greeter:1.0'; for RPC it begins with ${RPC_PROTOCOLS.slice(0, -1).join(', ')} or ${RPC_PROTOCOLS.at(-1)}${/^triple\b/i.test(request) ? ': Triple is tri' : ''}`,
  );
}
