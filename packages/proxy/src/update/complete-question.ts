import type { DescribedCall, Protocol } from '@weft/sdk';
import type { ExtensionCatalog } from './catalog.ts';
import { configError } from './extension-config.ts';

/** A request that somebody asks about. */
export interface RequestQuestion extends DescribedCall {
  /** As in configurations, or the name of a dialect; '' = the first protocol of the list. Compared without case. */
  readonly protocol: string;
  /** Only this listener; '' = every one that takes the protocol. */
  readonly listener: string;
  /** Address of the caller; '' or without it = not said: what rules ask of it is not known. */
  readonly sourceIp?: string;
}

/**
 * Finds the protocol of a question and completes it to what a head of that protocol says: by the words of the protocol, of
 * the dialect that was named, or of HTTP where the protocol has none of its own.
 * @throws ConfigError when there is no such protocol, or what it needs is missing
 */
export async function completeQuestion(
  catalog: ExtensionCatalog,
  question: RequestQuestion,
): Promise<{ readonly protocol: Protocol; readonly call: DescribedCall }> {
  const { protocol, describe } = await find(catalog, question.protocol);
  // Without words of its own it is asked for by host and path.
  const plain = describe === undefined && protocol.family === 'http';
  // By a path or a service alone it is asked for as by a request that names no host: it reaches the virtual host of all others.
  if (plain && question.path === '' && question.authority === '') throw missing('host', 'HOST:PORT', question);
  if (!plain && question.service === '' && question.path === '') throw missing('service', 'NAME', question);
  const call = plain ? asHttp(question) : question;
  return { protocol, call: describe?.(call) ?? call };
}

async function find(
  catalog: ExtensionCatalog,
  name: string,
): Promise<{ readonly protocol: Protocol; readonly describe: Protocol['describe'] }> {
  const names = catalog.names('protocol');
  const wanted = name === '' ? (names[0] ?? '') : name;
  if (catalog.has('protocol', wanted)) {
    const protocol = await catalog.load('protocol', wanted);
    return { protocol, describe: protocol.describe };
  }
  const dialects: string[] = [];
  for (const each of names) {
    const protocol = await catalog.load('protocol', each);
    for (const dialect of protocol.dialects ?? []) {
      if (dialect.name.toLowerCase() === wanted.toLowerCase()) return { protocol, describe: dialect.describe };
      dialects.push(dialect.name);
    }
  }
  throw configError('', wanted, `one of ${[...names, ...dialects].join(', ')}`, 'unknown protocol');
}

function asHttp(question: RequestQuestion): DescribedCall {
  const { method, path, scheme, headers } = question;
  return {
    ...question,
    method: method === '' ? 'GET' : method,
    path: path === '' ? '/' : path,
    scheme: scheme === '' ? 'http' : scheme,
    service: '',
    headers: headers.map(([name, value]) => [name.toLowerCase(), value]),
  };
}

const missing = (what: string, form: string, { protocol }: RequestQuestion) =>
  configError(what, undefined, `${what}=${form}`, `requests of ${protocol || 'this protocol'} have one`);
