import type { ConfigProblem } from '@weft/kit';
import { parseServiceDataId, valuesOf } from '@weft/schema/data-id';
import type { DowngradeRuleBody } from '@weft/schema/wire';
import { parseMethodEntry, shownProblem } from '../common/index.ts';
import { MAX_MESSAGES, MAX_MESSAGES_LENGTH } from './answer.ts';
import { jsonValueProblem } from './json-value.ts';

/** What of an answer cannot be written. */
export interface RefusedMessages {
  readonly kind: 'refused';
  readonly at: 'descriptorSet' | 'method' | 'body';
  readonly message: string;
  readonly expected: string;
}
export type WrittenMessages = { readonly kind: 'written'; readonly messages: readonly Uint8Array[] } | RefusedMessages;

interface ProtoCall {
  readonly descriptorSet: string;
  readonly service: string;
  readonly method: string;
  readonly isTriple: boolean;
}

/**
 * Makes messages of gRPC and Triple of the JSON of a rule. Whoever takes rules in has one; proxies get what it wrote, and know no
 * descriptions.
 */
export interface MessageWriter {
  /** Messages of a `.proto`. */
  proto(call: ProtoCall & { readonly body: string; readonly maxMessages: number }): WrittenMessages;
  /**
   * Why the message without fields is none that the method returns, or any method of the service for `*`; null where it is one, or
   * the set does not say.
   */
  emptyProblem(call: ProtoCall): string | null;
  /** The message of Triple around a value of a Java interface; only for what `jsonValueProblem` has no word against. */
  java(body: string): Uint8Array;
}

/** One service and one method of a rule, as messages are written for it. */
export interface MessageCall {
  readonly spec: DowngradeRuleBody['spec'];
  readonly service: string;
  readonly method: string;
}

const DESCRIPTOR_EXPECTED =
  'in base64 what `protoc --include_imports --descriptor_set_out=/dev/stdout FILE.proto` prints, or RETURN_NULL, or REJECT';
const WRITTEN_NOTHING: WrittenMessages = { kind: 'written', messages: [new Uint8Array(0)] };

/** Whether answers of this service are messages of gRPC. */
export function hasMessages(service: string): boolean {
  const form = valuesOf(service);
  return form === 'message' || form === 'triple';
}

/** What the service is made of: only of Triple is that a question. */
export function interfaceOf({ spec, service }: Omit<MessageCall, 'method'>): 'UNSAID' | 'PROTO' | 'JAVA' {
  const { descriptorSet, tripleInterface } = spec;
  if (valuesOf(service) !== 'triple') return 'PROTO';
  return tripleInterface === 'UNSAID' && descriptorSet !== '' ? 'PROTO' : tripleInterface;
}

/** The text for callers that ask over HTTP with JSON, where the rule says none. */
export const nothingOf = (call: Omit<MessageCall, 'method'>): string => (interfaceOf(call) === 'JAVA' ? 'null' : '{}');

/**
 * The messages of a rule that answers with a success, for one service and method; null where the compiler says what is wrong, or
 * nobody said what the service is made of.
 */
export function writeMessages(call: MessageCall, writer: MessageWriter): WrittenMessages | null {
  const { spec, service, method } = call;
  const { action, descriptorSet, body } = spec;
  const kind = interfaceOf(call);
  if (kind === 'UNSAID') return null;
  if (kind === 'JAVA') {
    const text = action === 'MOCK' ? body : 'null';
    return jsonValueProblem(text) === '' ? { kind: 'written', messages: [writer.java(text)] } : null;
  }
  if (action !== 'MOCK') return WRITTEN_NOTHING;
  if (descriptorSet === '')
    return refused(
      'descriptorSet',
      `messages of gRPC are not described, so that no answer of ${service} can be written`,
      DESCRIPTOR_EXPECTED,
    );
  const entry = parseMethodEntry(method);
  if ('message' in entry) return null;
  if (entry.method === '*' || entry.httpMethod !== '' || entry.httpPath !== '')
    return refused(
      'method',
      'each method answers with messages of a type of its own',
      'the name of a method in place of `*`, and a rule for each type of answers',
    );
  const written = writer.proto({ ...protoCall(call, entry.method), body, maxMessages: MAX_MESSAGES });
  if (written.kind === 'refused') return written;
  const length = written.messages.reduce((sum, message) => sum + Math.ceil(message.byteLength / 3) * 4, 0);
  return length <= MAX_MESSAGES_LENGTH
    ? written
    : refused(
        'body',
        `messages of ${length} characters in base64`,
        `messages of at most ${MAX_MESSAGES_LENGTH} characters in base64`,
      );
}

function protoCall({ spec, service }: MessageCall, method: string): ProtoCall {
  const id = parseServiceDataId(service);
  const isTriple = id.kind === 'grpc' && id.protocol === 'tri';
  return { descriptorSet: spec.descriptorSet, service: id.kind === 'grpc' ? id.service : service, method, isTriple };
}

/** Why the message of RETURN_NULL is none that the method returns: nobody needs the descriptor set for it, but it says that. */
function emptyProblem(call: MessageCall, writer: MessageWriter): string | null {
  const { spec, method } = call;
  if (spec.action !== 'RETURN_NULL' || spec.descriptorSet === '' || interfaceOf(call) !== 'PROTO') return null;
  const entry = parseMethodEntry(method);
  return 'message' in entry ? null : writer.emptyProblem(protoCall(call, entry.method));
}

const refused = (at: RefusedMessages['at'], message: string, expected: string): RefusedMessages => ({
  kind: 'refused',
  at,
  message,
  expected,
});

/** What of a body cannot be written as messages, at its own place. */
export function messageProblems(body: DowngradeRuleBody, writer: MessageWriter): ConfigProblem[] {
  const { spec, services, methods } = body;
  const problems = new Map<string, ConfigProblem>();
  const add = (path: string, value: unknown, message: string, expected: string): void => {
    const text = typeof value === 'string' ? value.slice(0, MAX_SHOWN) : value;
    if (!problems.has(path)) problems.set(path, shownProblem('', path, JSON.stringify(text), message, expected));
  };
  if (spec.action === 'REJECT') return [];
  for (const service of services.filter(hasMessages)) {
    if (interfaceOf({ spec, service }) === 'UNSAID')
      add(
        'spec.tripleInterface',
        spec.tripleInterface,
        'calls of Triple do not say how their answers are written',
        'PROTO, with `descriptorSet` for MOCK; or JAVA for a Java interface',
      );
    for (const [index, method] of methods.entries()) {
      const call = { spec, service, method };
      const lacking = emptyProblem(call, writer);
      if (lacking !== null) add('spec.action', spec.action, lacking, 'MOCK, with the JSON of what the method returns');
      const written = writeMessages(call, writer);
      if (written?.kind !== 'refused') continue;
      const { at, message, expected } = written;
      if (at === 'method') add(`methods[${index}]`, method, message, expected);
      else add(`spec.${at}`, spec[at], message, expected);
    }
  }
  return [...problems.values()];
}

const MAX_SHOWN = 80;
