import { Hessian2Reader, Hessian2Writer, TypedMap } from '@weft/hessian';
import { MeshError } from '@weft/kit';
import { TranscodeError } from '@weft/sdk';
import { DEFAULT_MAX_BODY_BYTES, hessianReadLimits, hessianWriteLimits } from '../values/index.ts';

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

/**
 * Reads `count` arguments and the attachments of a request in Hessian 2.
 * @param maxBodyBytes bounds them, as it does everywhere below
 * @throws TranscodeError when the bytes are none, or too many values
 */
export function readArguments(body: Buffer, count: number, maxBodyBytes = DEFAULT_MAX_BODY_BYTES): DubboArguments {
  return reading('arguments', () => {
    const reader = new Hessian2Reader(body, 0, body.length, hessianReadLimits(maxBodyBytes));
    const args: unknown[] = [];
    for (let i = 0; i < count; i++) args.push(reader.read());
    const map = reader.atEnd ? null : reader.read();
    return { args, attachments: attachmentsOf(map), binary: binaryOf(map) };
  });
}

/**
 * The arguments and an empty map, at whose end the codec puts what the head has.
 * @throws TranscodeError when they are too many, too deep or too long
 */
export function writeArguments(args: readonly unknown[], maxBodyBytes = DEFAULT_MAX_BODY_BYTES): Buffer {
  return Buffer.concat([written('arguments', args, maxBodyBytes), EMPTY_MAP]);
}

const EMPTY_MAP = Buffer.from('HZ');

/**
 * Reads an answer with status 20.
 * @throws TranscodeError when it is none
 */
export function readOutcome(body: Buffer, maxBodyBytes = DEFAULT_MAX_BODY_BYTES): DubboOutcome {
  return reading('answer', () => {
    const reader = new Hessian2Reader(body, 0, body.length, hessianReadLimits(maxBodyBytes));
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
    const text = new Hessian2Reader(body).read();
    return typeof text === 'string' ? text : '';
  } catch {
    return '';
  }
}

/** @throws TranscodeError as `writeArguments` does */
export function writeValue(value: unknown, maxBodyBytes = DEFAULT_MAX_BODY_BYTES): Buffer {
  const nothing = value === null || value === undefined;
  return written('answer', nothing ? [KIND_NULL] : [KIND_VALUE, value], maxBodyBytes);
}

/** @throws TranscodeError as `writeArguments` does */
export function writeException(exception: unknown, maxBodyBytes = DEFAULT_MAX_BODY_BYTES): Buffer {
  return written('answer', [KIND_EXCEPTION, exception], maxBodyBytes);
}

/** The body of an answer with another status than 20: one text. */
export function writeMessage(text: string): Buffer {
  return written('answer', [text], DEFAULT_MAX_BODY_BYTES);
}

/** Values one after the other, which share references. */
function written(what: string, values: readonly unknown[], maxBodyBytes: number): Buffer {
  const writer = new Hessian2Writer(hessianWriteLimits(maxBodyBytes));
  try {
    for (const value of values) writer.write(value);
  } catch (error) {
    if (error instanceof MeshError) throw new TranscodeError(`the ${what} cannot be written: ${error.message}`);
    throw error;
  }
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
