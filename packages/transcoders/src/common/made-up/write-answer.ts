import { Hessian2Writer, hessianFromJson } from '@weft/hessian';
import { TranscodeError } from '@weft/sdk';
import { Descriptors, field, isBase64, jsonToMessage, type ProtoMethod, smallFirst } from '../proto/index.ts';
import { type JsonValue, parseJson, ValueError } from '../values/index.ts';

/** An answer that somebody wrote as JSON, and what describes its type. */
export interface MadeUpCall {
  /** A FileDescriptorSet in base64, blanks anywhere. */
  readonly descriptorSet: string;
  /** Without version, group and protocol: `shop.Orders`. */
  readonly service: string;
  readonly method: string;
  /** Methods may begin with a small letter, as in Java. */
  readonly isTriple: boolean;
  /** The message as JSON; of a method that answers with a stream the list of its messages. */
  readonly body: string;
  /** How many messages a stream may have. */
  readonly maxMessages: number;
}

/** The messages of the answer; or what of the call is wrong, and what was expected. */
export type WrittenAnswer = { readonly kind: 'written'; readonly messages: readonly Buffer[] } | RefusedAnswer;

interface RefusedAnswer {
  readonly kind: 'refused';
  readonly at: 'descriptorSet' | 'method' | 'body';
  readonly message: string;
  readonly expected: string;
}

const SET_EXPECTED = 'what protoc --include_imports --descriptor_set_out wrote, in base64';
const BODY_EXPECTED = 'the JSON of what the method returns';

/** Messages of Protobuf, by the description of the method. */
export function writeProtoAnswer(call: MadeUpCall): WrittenAnswer {
  const { descriptorSet, service, method, isTriple, body, maxMessages } = call;
  const descriptors = described(descriptorSet);
  if (descriptors instanceof Error) return refused('descriptorSet', descriptors.message, SET_EXPECTED);
  if (!descriptors.knows(service))
    return refused('descriptorSet', `the service ${service} is not in it`, `${SET_EXPECTED}, of the file with it`);
  const known = descriptors.method(service, method);
  if (known === null || (known.name !== method && !isTriple))
    return refused('method', `the service ${service} has no such method`, namesIn(descriptors, service));
  try {
    const value = parseJson(body, undefined, 'refuse');
    if (!known.serverStreaming) return { kind: 'written', messages: [messageOf(known, value)] };
    if (!Array.isArray(value))
      return refused('body', `${method} answers with a stream`, 'a list with the JSON of each message');
    if (value.length > maxMessages)
      return refused('body', `${value.length} messages`, `a list of at most ${maxMessages} messages`);
    return { kind: 'written', messages: value.map((item) => messageOf(known, item)) };
  } catch (error) {
    if (!(error instanceof ValueError || error instanceof TranscodeError)) throw error;
    return refused('body', `no message of that type: ${error.message}`, `${BODY_EXPECTED}, a ${known.output.name}`);
  }
}

/**
 * Why the message without fields is none of those that the method returns; null where it is one, or nothing says what they are.
 * @param call its `method` may be `*`, for all of the service
 */
export function emptyAnswerProblem(call: Omit<MadeUpCall, 'body' | 'maxMessages'>): string | null {
  const { descriptorSet, service, method, isTriple } = call;
  const descriptors = described(descriptorSet);
  if (descriptors instanceof Error) return null;
  for (const [of, known] of descriptors.methods()) {
    const same = known.name === method || (isTriple && smallFirst(known.name) === smallFirst(method));
    if (of !== service || !(same || method === '*')) continue;
    try {
      messageOf(known, NO_FIELDS);
    } catch (error) {
      if (error instanceof TranscodeError) return `no message of that type: ${error.message}`;
      throw error;
    }
  }
  return null;
}

/**
 * The message that Triple has around a value of a Java interface, `TripleResponseWrapper`: 1 serializeType, 2 data, 3 type.
 * Consumers go by what their interface declares, so that the type says no more than that it is an object.
 * @param body a JSON text that `hessianFromJson` takes
 */
export function writeJavaAnswer(body: string): Buffer {
  const writer = new Hessian2Writer();
  writer.write(hessianFromJson(body));
  return Buffer.concat([
    ...field(1, Buffer.from('hessian4')),
    ...field(2, writer.toBuffer()),
    ...field(3, Buffer.from('java.lang.Object')),
  ]);
}

const NO_FIELDS: JsonValue = new Map();

const messageOf = ({ output }: ProtoMethod, value: JsonValue): Buffer => jsonToMessage(output, value, 'refuse');

const refused = (at: RefusedAnswer['at'], message: string, expected: string): RefusedAnswer => ({
  kind: 'refused',
  at,
  message,
  expected,
});

/** Names of methods in a message. */
const MAX_NAMES = 10;

function namesIn(descriptors: Descriptors, service: string): string {
  const names = [...descriptors.methods()].filter(([of]) => of === service).map(([, { name }]) => name);
  const more = names.length > MAX_NAMES ? ' …' : '';
  return `one of ${names.slice(0, MAX_NAMES).join(', ')}${more}`;
}

/** Documents are made anew with each change of an app's rules: what they had in common is read once. */
const MAX_KEPT = 16;
const kept = new Map<string, Descriptors | Error>();

function described(descriptorSet: string): Descriptors | Error {
  const known = kept.get(descriptorSet);
  if (known !== undefined) return known;
  const text = descriptorSet.replaceAll(/\s/g, '');
  const read = isBase64(text) ? readDescriptors(Buffer.from(text, 'base64')) : new TranscodeError('not base64');
  const [oldest] = kept.keys();
  if (kept.size >= MAX_KEPT && oldest !== undefined) kept.delete(oldest);
  kept.set(descriptorSet, read);
  return read;
}

function readDescriptors(bytes: Buffer): Descriptors | Error {
  try {
    return new Descriptors([bytes]);
  } catch (error) {
    if (error instanceof TranscodeError || error instanceof RangeError) return error;
    throw error;
  }
}
