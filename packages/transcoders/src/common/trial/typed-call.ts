import type { ServiceMapping } from '../mapping/index.ts';
import {
  ANY,
  fromJson,
  type JavaType,
  type JsonValue,
  parseJavaType,
  parseJson,
  toJson,
  ValueError,
} from '../values/index.ts';
import type { TrialRequest } from './trial.ts';

/** A call with its values. */
export interface TypedCall {
  readonly interfaceName: string;
  readonly version: string;
  readonly group: string;
  readonly method: string;
  readonly types: readonly string[];
  readonly args: readonly unknown[];
}

/**
 * The arguments of a sample as values of Java: of the types that it names, else of those that the mapping has for its method.
 * @throws ValueError for what is no JSON array, or not of the types
 */
export function typedCall(sample: TrialRequest, service: ServiceMapping): TypedCall {
  const { document } = service;
  const [interfaceName = '', version = document.version, group = document.group] =
    sample.service === '' ? [document.service] : sample.service.split(':');
  const open = sample.method.indexOf('(');
  const method = open < 0 ? sample.method : sample.method.slice(0, open);
  const args = parseJson(sample.body === '' ? '[]' : sample.body);
  if (!Array.isArray(args)) throw new ValueError('syntax', 'body', 'the arguments are a JSON array');
  const types = sample.types.length > 0 ? sample.types : typesOf(method, args.length, service);
  if (types.length !== args.length)
    throw new ValueError('type', 'types', `${args.length} expected, as many as arguments, and ${types.length} found`);
  const values = args.map((json, index) => fromJson(json, typeOf(types[index] as string), service.fromJson));
  return { interfaceName, version, group, method, types, args: values };
}

/** Of a method that the mapping lists once with so many parameters; others are called with what JSON shows. */
function typesOf(method: string, count: number, service: ServiceMapping): readonly string[] {
  const listed = service.methods.filter(({ name, typeNames }) => name === method && typeNames?.length === count);
  return listed.length === 1 ? (listed[0]?.typeNames ?? []) : new Array<string>(count).fill('java.lang.Object');
}

function typeOf(name: string): JavaType {
  try {
    return parseJavaType(name);
  } catch (error) {
    if (error instanceof RangeError) throw new ValueError('type', `types ${name}`, error.message);
    throw error;
  }
}

/** What a method would return, of the type that the mapping declares for it. */
export function typedResult(text: string, method: string, service: ServiceMapping): unknown {
  const declared = service.methods.find(({ name }) => name === method)?.resultType ?? ANY;
  const json: JsonValue = text === '' ? null : parseJson(text);
  return fromJson(json, declared, service.fromJson);
}

/** A value as JSON that shows of which class its objects are. */
export function told(value: unknown, service: ServiceMapping): string {
  return toJson(value, { ...service.toJson, keepTypes: true });
}

/** Such as `com.x.Users:1.0`. */
export function serviceName(interfaceName: string, version: string, group: string): string {
  return [interfaceName, version, group].join(':').replace(/:+$/, '');
}
