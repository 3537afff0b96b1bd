import { isUtf8 } from 'node:buffer';
import { type RequestHead, TranscodeError } from '@weft/sdk';
import { percentDecode } from '../carry/index.ts';
import {
  isOnePlace,
  literalLength,
  type MethodMapping,
  matchTemplate,
  type Place,
  type ServiceMapping,
  type Template,
} from '../mapping/index.ts';
import { ANY, fromJson, type JsonValue, parseJson, ValueError, valueLimits } from '../values/index.ts';

/** The method that an HTTP request calls, and what its path says. */
export interface FoundMethod {
  readonly method: MethodMapping;
  /** Decoded, in the order of the places. */
  readonly pathValues: readonly string[];
}

interface Candidate {
  readonly method: MethodMapping;
  readonly length: number;
}

/** `{method}` of the defaults: which method is meant is in the path. */
const METHOD_PLACE = '{method}';

/** Finds the method of a request: of those whose path fits, the one with the most literal text. */
export class MethodFinder {
  readonly #candidates: readonly Candidate[];
  readonly #services: readonly { readonly service: ServiceMapping; readonly before: string; readonly behind: string }[];

  constructor(services: readonly ServiceMapping[]) {
    this.#candidates = services
      .flatMap((service) => service.methods)
      .map((method) => ({ method, length: literalLength(method.path) }))
      .sort((a, b) => b.length - a.length);
    this.#services = services.flatMap((service) => {
      if (!service.opensUnlisted) return [];
      const path = service.document.defaults.path.replaceAll('{interface}', service.document.service);
      const at = path.indexOf(METHOD_PLACE);
      if (at < 0) return [];
      return [{ service, before: path.slice(0, at), behind: path.slice(at + METHOD_PLACE.length) }];
    });
  }

  find(head: RequestHead): FoundMethod | null {
    const path = pathOf(head);
    for (const { method } of this.#candidates) {
      if (method.httpMethod !== head.method) continue;
      const values = matchTemplate(method.path, path);
      if (values !== null) return { method, pathValues: values.map(percentDecode) };
    }
    for (const { service, before, behind } of this.#services) {
      if (service.document.defaults.httpMethod !== head.method) continue;
      if (!path.startsWith(before) || !path.endsWith(behind)) continue;
      const name = path.slice(before.length, path.length - behind.length);
      // What is listed has its own path, and no other.
      const method = service.lists(name) ? null : service.byDefaults(name);
      if (method !== null) return { method, pathValues: [] };
    }
    return null;
  }
}

function pathOf({ path }: RequestHead): string {
  const query = path.indexOf('?');
  return query < 0 ? path : path.slice(0, query);
}

/**
 * The arguments of a call, bound from path, query, headers, cookies and body; typed where the method declares its
 * parameters.
 * @param maxBodyBytes bounds the values of the body
 * @throws TranscodeError for what is not what was declared
 */
export function bindArguments(
  { method, pathValues }: FoundMethod,
  head: RequestHead,
  body: Buffer,
  maxBodyBytes: number,
): unknown[] {
  const bound: JsonValue[] = [];
  if (method.typeNames !== null) for (let i = 0; i < method.typeNames.length; i++) bound.push(null);
  try {
    bindBody(method, head, body, maxBodyBytes, bound);
    let next = 0;
    for (const part of method.path.parts) if (typeof part !== 'string') bind(bound, part, pathValues[next++]);
    const query = new URLSearchParams(head.path.slice(pathOf(head).length));
    for (const [name, template] of method.query) bindText(bound, template, query.get(name));
    for (const [name, template] of method.headers) bindText(bound, template, head.get(name));
    for (const [name, template] of method.cookies) bindText(bound, template, cookie(head, name));
    const { fromJson: options } = method.service;
    return bound.map((json, index) => fromJson(json, method.types?.[index] ?? ANY, options));
  } catch (error) {
    if (error instanceof ValueError) throw new TranscodeError(`${error.problem}: ${error.message}`);
    throw error;
  }
}

function bindBody(
  { body: rule, typeNames }: MethodMapping,
  head: RequestHead,
  body: Buffer,
  maxBodyBytes: number,
  bound: JsonValue[],
): void {
  if (rule === 'none' || body.length === 0) return;
  if (!isUtf8(body)) throw new TranscodeError('the body is not UTF-8');
  if (typeof rule === 'number' && (head.get('content-type') ?? '').startsWith('text/')) {
    put(bound, rule, body.toString());
    return;
  }
  const json = parseJson(body.toString(), valueLimits(maxBodyBytes));
  if (rule !== 'args') {
    put(bound, rule, json);
    return;
  }
  if (!Array.isArray(json)) throw new TranscodeError('the body must be an array of the arguments');
  if (typeNames !== null && json.length !== typeNames.length)
    throw new TranscodeError(`${typeNames.length} arguments expected, ${json.length} found`);
  for (const [index, value] of json.entries()) put(bound, index, value);
}

/** A text with more than a place, or with an attachment, binds nothing. */
function bindText(bound: JsonValue[], template: Template, text: string | null | undefined): void {
  if (text === null || text === undefined || !isOnePlace(template)) return;
  const place = template.parts[0] as Place;
  if (place.argument >= 0) bind(bound, place, text);
}

function bind(bound: JsonValue[], { argument, names }: Place, text: string | undefined): void {
  if (argument < 0 || text === undefined) return;
  if (names.length === 0) {
    put(bound, argument, text);
    return;
  }
  let object = bound[argument];
  if (!(object instanceof Map)) {
    object = new Map();
    put(bound, argument, object);
  }
  for (const name of names.slice(0, -1)) {
    let inner: JsonValue | undefined = (object as Map<string, JsonValue>).get(name);
    if (!(inner instanceof Map)) {
      inner = new Map();
      (object as Map<string, JsonValue>).set(name, inner);
    }
    object = inner;
  }
  (object as Map<string, JsonValue>).set(names.at(-1) as string, text);
}

function put(bound: JsonValue[], index: number, value: JsonValue): void {
  while (bound.length < index) bound.push(null);
  bound[index] = value;
}

function cookie(head: RequestHead, name: string): string | undefined {
  for (const line of head.getAll('cookie')) {
    for (const pair of line.split(';')) {
      const equals = pair.indexOf('=');
      if (equals > 0 && pair.slice(0, equals).trim() === name) return percentDecode(pair.slice(equals + 1).trim());
    }
  }
  return undefined;
}
