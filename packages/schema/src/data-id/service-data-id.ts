import { nearestName } from '../parse/nearest.ts';
import { checkLength, checkPart, DataIdError } from './data-id-error.ts';

/**
 * The id of a service:
 *
 *     sofa    iface ":" version [ ":" uniqueId ] "@DEFAULT"      com.alipay.EchoService:1.0@DEFAULT
 *     dubbo   iface [ ":" seg1 ] [ ":" seg2 ] "@dubbo"           com.alipay.EchoService:1.0:group@dubbo
 *     http    host [ ":" port ] "@Http1" or "@Http2"             details.bookinfo:9080@Http1
 *     cloud   appName "@springcloud"                             test@springcloud
 *     grpc    package.Service [ ":" version ] "@grpc"            helloworld.Greeter@grpc
 *     tri     iface [ ":" version ] [ ":" group ] "@tri"         org.example.Greeter:1.0:group@tri
 *     named   iface "@tars" or "@dubbo-thrift"                   Demo.EchoServer.EchoObj@tars
 *     custom  iface ":" version ":" group "@" protocol           org.example.IHelloService:1.0.0:default@crpc
 *
 * Case-sensitive, at most 512 bytes of UTF-8.
 */
export type ServiceDataId =
  | {
      readonly kind: 'sofa';
      readonly protocol: 'DEFAULT';
      readonly iface: string;
      readonly version: string;
      /** '' when there is none. */
      readonly uniqueId: string;
    }
  | {
      readonly kind: 'dubbo';
      readonly protocol: 'dubbo';
      readonly iface: string;
      /** Version and group, in the order that the installation has; none to two. */
      readonly segments: readonly string[];
    }
  | {
      readonly kind: 'http';
      readonly protocol: 'Http1' | 'Http2';
      /** Name or address; an IPv6 address in brackets. */
      readonly host: string;
      /** 0 when there is none. */
      readonly port: number;
    }
  | { readonly kind: 'cloud'; readonly protocol: 'springcloud'; readonly app: string }
  | {
      readonly kind: 'grpc';
      readonly protocol: 'grpc' | 'tri';
      readonly service: string;
      /** '' when there is none. */
      readonly version: string;
      /** Of Triple; '' when there is none. With one part alone it cannot be told from a version, and is taken for one. */
      readonly group: string;
    }
  | { readonly kind: 'named'; readonly protocol: 'tars' | 'dubbo-thrift'; readonly iface: string }
  | {
      readonly kind: 'custom';
      readonly protocol: string;
      readonly iface: string;
      readonly version: string;
      readonly group: string;
    };

export const MAX_SERVICE_DATA_ID_BYTES = 512;

const INTERFACE = /[A-Za-z0-9_$.-]/;
const INTERFACE_EXPECTED = 'an interface name of letters, digits, `_`, `$`, `-` and `.`';
const SEGMENT = /[^\s:@#\p{Cc}]/u;
const APP = /[A-Za-z0-9._-]/;
const PROTOCOL = /[A-Za-z0-9._-]/;
const HOST = /[A-Za-z0-9._-]/;
const IPV6 = /[0-9A-Fa-f:.]/;
const DIGIT = /[0-9]/;
/** Those with a form of their own; each other one has the form of `custom`. */
const PROTOCOLS = ['DEFAULT', 'dubbo', 'Http1', 'Http2', 'springcloud', 'grpc', 'tri', 'tars', 'dubbo-thrift'];
const GRPC_PARTS = ['a version', 'a group'] as const;

/**
 * @throws DataIdError with the position of what does not fit
 */
export function parseServiceDataId(text: string): ServiceDataId {
  const at = text.lastIndexOf('@');
  if (at < 0) throw new DataIdError(text, text.length, '`@` and a protocol, such as `@Http1` or `@DEFAULT`');
  checkPart(text, at + 1, text.length, PROTOCOL, 'a protocol of letters, digits, `.`, `_` and `-`');
  const protocol = text.slice(at + 1);
  const value = parseName(text, at, protocol);
  checkLength(text, MAX_SERVICE_DATA_ID_BYTES);
  return value;
}

function parseName(text: string, at: number, protocol: string): ServiceDataId {
  switch (protocol) {
    case 'Http1':
    case 'Http2':
      return { kind: 'http', protocol, ...parseHost(text, at) };
    case 'springcloud':
      checkPart(text, 0, at, APP, 'an app name of letters, digits, `.`, `_` and `-`');
      return { kind: 'cloud', protocol, app: text.slice(0, at) };
    case 'DEFAULT': {
      const [iface, version, uniqueId = ''] = splitParts(text, at, 2, 3, ['a version', 'a unique id']);
      return { kind: 'sofa', protocol, iface: iface as string, version: version as string, uniqueId };
    }
    case 'dubbo': {
      const [iface, ...segments] = splitParts(text, at, 1, 3, ['a version or group', 'a group or version']);
      return { kind: 'dubbo', protocol, iface: iface as string, segments };
    }
    case 'grpc':
    case 'tri': {
      const [service, version = '', group = ''] = splitParts(text, at, 1, protocol === 'tri' ? 3 : 2, GRPC_PARTS);
      return { kind: 'grpc', protocol, service: service as string, version, group };
    }
    case 'tars':
    case 'dubbo-thrift': {
      const [iface] = splitParts(text, at, 1, 1, []);
      return { kind: 'named', protocol, iface: iface as string };
    }
    default: {
      const [iface, version, group] = splitParts(text, at, 3, 3, ['a version', 'a group'], protocol);
      return { kind: 'custom', protocol, iface: iface as string, version: version as string, group: group as string };
    }
  }
}

/** What is expected first where parts are missing: `Http` is more often `Http1` mistyped than a protocol of somebody's own. */
function meantProtocol(custom: string): string {
  const near = custom === '' ? undefined : nearestName(custom, PROTOCOLS);
  return near === undefined ? '' : `\`@${near}\`, as \`${custom}\` is no protocol that is known, or `;
}

/** The interface and what follows it, separated by colons; `custom` is a protocol of no form of its own. */
function splitParts(
  text: string,
  at: number,
  min: number,
  max: number,
  names: readonly string[],
  custom = '',
): string[] {
  const parts: string[] = [];
  let start = 0;
  for (;;) {
    const colon = text.indexOf(':', start);
    const end = colon < 0 || colon > at ? at : colon;
    if (parts.length === 0) checkInterface(text, start, end);
    else checkPart(text, start, end, SEGMENT, `${names[parts.length - 1]} without blanks, \`:\`, \`@\` and \`#\``);
    parts.push(text.slice(start, end));
    if (end === at) break;
    if (parts.length === max) throw new DataIdError(text, end, '`@` and the protocol');
    start = end + 1;
  }
  if (parts.length < min)
    throw new DataIdError(text, at, `${meantProtocol(custom)}\`:\` and ${names[parts.length - 1]}`);
  return parts;
}

function checkInterface(text: string, start: number, end: number): void {
  checkPart(text, start, end, INTERFACE, INTERFACE_EXPECTED);
  for (let i = start; i < end; i++) {
    if (text[i] === '.' && (i === start || i === end - 1 || text[i + 1] === '.'))
      throw new DataIdError(text, i, 'a name on both sides of the dot');
  }
}

function parseHost(text: string, at: number): { host: string; port: number } {
  let end = text.startsWith('[') ? text.indexOf(']') + 1 : text.indexOf(':');
  if (text.startsWith('[')) {
    if (end === 0 || end > at) throw new DataIdError(text, at, '`]` behind the IPv6 address');
    checkPart(text, 1, end - 1, IPV6, 'an IPv6 address');
  } else {
    if (end < 0 || end > at) end = at;
    checkPart(text, 0, end, HOST, 'a host name or an address');
  }
  const host = text.slice(0, end);
  if (end === at) return { host, port: 0 };
  if (text[end] !== ':') throw new DataIdError(text, end, '`:` and a port');
  checkPart(text, end + 1, at, DIGIT, 'a port from 1 to 65535');
  const port = Number(text.slice(end + 1, at));
  if (port < 1 || port > 65_535 || text[end + 1] === '0')
    throw new DataIdError(text, end + 1, 'a port from 1 to 65535');
  return { host, port };
}

/** The text of an id; what `parseServiceDataId` gave comes back unchanged. */
export function formatServiceDataId(id: ServiceDataId): string {
  switch (id.kind) {
    case 'sofa':
      return `${id.iface}:${id.version}${id.uniqueId === '' ? '' : `:${id.uniqueId}`}@DEFAULT`;
    case 'dubbo':
      return `${[id.iface, ...id.segments].join(':')}@dubbo`;
    case 'http':
      return `${id.host}${id.port === 0 ? '' : `:${id.port}`}@${id.protocol}`;
    case 'cloud':
      return `${id.app}@springcloud`;
    case 'grpc':
      return `${[id.service, id.version, id.group].filter((part) => part !== '').join(':')}@${id.protocol}`;
    case 'named':
      return `${id.iface}@${id.protocol}`;
    case 'custom':
      return `${id.iface}:${id.version}:${id.group}@${id.protocol}`;
  }
}

/** The id of a SOFA service: version `1.0` when there is none, the unique id only when it is given. */
export function sofaDataId(iface: string, version?: string | null, uniqueId?: string | null): string {
  return `${iface}:${version || '1.0'}${uniqueId ? `:${uniqueId}` : ''}@DEFAULT`;
}

/** The id of the service that a Bolt request names: `@DEFAULT` is added where no protocol is given. */
export function boltDataId(service: string): string {
  return service === '' || service.includes('@') ? service : `${service}@DEFAULT`;
}

/** The id of the service that an HTTP request names by its host. */
export function httpDataId(host: string): string {
  return `${host}@Http1`;
}
