import { DEFAULT_HESSIAN_LIMITS, Hessian2Reader, Hessian2Writer, type HessianLimits, TypedMap } from '@weft/hessian';
import { MeshError } from '@weft/kit';
import { TranscodeError } from '@weft/sdk';

/** What stands in a Dubbo request behind its strings. */
export interface DubboArguments {
  readonly args: unknown[];
  /** Scalars as text; what is made of others is left out. */
  readonly attachments: Map<string, string>;
  /** Attachments that are bytes. */
  readonly binary: Map<string, Uint8Array>;
}

export type DubboOutcome =
  | { readonly kind: 'value'; readonly value: unknown; readonly attachments: Map<string, string> }
  | { readonly kind: 'exception'; readonly value: unknown; readonly attachments: Map<string, string> };

/** First byte of an answer with status 20, a Hessian int. */
const KIND_EXCEPTION = 0;
const KIND_VALUE = 1;
const KIND_NULL = 2;
const WITH_ATTACHMENTS = 3;

const LIMITS: HessianLimits = { ...DEFAULT_HESSIAN_LIMITS, maxDepth: 100, maxValues: 200_000 };

/**
 * Reads `count` arguments and the attachments of a request in Hessian 2.
 * @throws TranscodeError when the bytes are none
 */
export function readArguments(body: Buffer, count: number): DubboArguments {
  return reading('arguments', () => {
    const reader = new Hessian2Reader(body, 0, body.length, LIMITS);
    const args: unknown[] = [];
    for (let i = 0; i < count; i++) args.push(reader.read());
    const map = reader.atEnd ? null : reader.read();
    return { args, attachments: attachmentsOf(map), binary: binaryOf(map) };
  });
}

/** The arguments and an empty map, at whose end the codec puts what the head has. */
export function writeArguments(args: readonly unknown[]): Buffer {
  const writer = new Hessian2Writer(LIMITS);
  for (const arg of args) writer.write(arg);
  return Buffer.concat([writer.toBuffer(), EMPTY_MAP]);
}

const EMPTY_MAP = Buffer.from('HZ');

/**
 * Reads an answer with status 20.
 * @throws TranscodeError when it is none
 */
export function readOutcome(body: Buffer): DubboOutcome {
  return reading('answer', () => {
    const reader = new Hessian2Reader(body, 0, body.length, LIMITS);
    const kind = reader.read();
    if (typeof kind !== 'number' || kind < 0 || kind > 5)
      throw new TranscodeError(`no answer of Dubbo is of kind ${kind}`);
    const plain = kind % WITH_ATTACHMENTS;
    const value = plain === KIND_NULL ? null : reader.read();
    const attachments = attachmentsOf(kind >= WITH_ATTACHMENTS && !reader.atEnd ? reader.read() : null);
    return { kind: plain === KIND_EXCEPTION ? 'exception' : 'value', value, attachments };
  });
}

/** The text of an answer with another status. */
export function readMessage(body: Buffer): string {
  if (body.length === 0) return '';
  try {
    const text = new Hessian2Reader(body, 0, body.length, LIMITS).read();
    return typeof text === 'string' ? text : '';
  } catch {
    return '';
  }
}

export function writeValue(value: unknown): Buffer {
  const writer = new Hessian2Writer(LIMITS);
  if (value === null || value === undefined) {
    writer.write(KIND_NULL);
  } else {
    writer.write(KIND_VALUE);
    writer.write(value);
  }
  return writer.toBuffer();
}

export function writeException(exception: unknown): Buffer {
  const writer = new Hessian2Writer(LIMITS);
  writer.write(KIND_EXCEPTION);
  writer.write(exception);
  return writer.toBuffer();
}

/** The body of an answer with another status than 20: one text. */
export function writeMessage(text: string): Buffer {
  const writer = new Hessian2Writer(LIMITS);
  writer.write(text);
  return writer.toBuffer();
}

/** Of a map of attachments those that are bytes. */
export function binaryOf(value: unknown): Map<string, Uint8Array> {
  const binary = new Map<string, Uint8Array>();
  for (const [name, item] of entriesOf(value))
    if (typeof name === 'string' && item instanceof Uint8Array) binary.set(name, item);
  return binary;
}

/** Of a map of attachments those that are scalars, as text. */
export function attachmentsOf(value: unknown): Map<string, string> {
  const attachments = new Map<string, string>();
  for (const [name, item] of entriesOf(value)) {
    if (typeof name !== 'string') continue;
    if (typeof item === 'string') attachments.set(name, item);
    else if (typeof item === 'number' || typeof item === 'bigint' || typeof item === 'boolean')
      attachments.set(name, String(item));
  }
  return attachments;
}

/** Most write an untyped map, some one with its class. */
function entriesOf(value: unknown): ReadonlyMap<unknown, unknown> {
  if (value instanceof TypedMap) return value.entries;
  return value instanceof Map ? value : NO_ENTRIES;
}

const NO_ENTRIES: ReadonlyMap<unknown, unknown> = new Map();

function reading<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof MeshError) throw new TranscodeError(`the ${what} cannot be read: ${error.message}`);
    throw error;
  }
}
