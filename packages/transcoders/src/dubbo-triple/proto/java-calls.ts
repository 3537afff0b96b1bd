import { HessianObject } from '@weft/hessian';
import { TranscodeError } from '@weft/sdk';
import {
  type Descriptors,
  FieldType,
  isLong,
  type ProtoField,
  type ProtoMessage,
  type ProtoMethod,
} from '../../common/proto/index.ts';
import { descriptorOf } from '../../common/values/index.ts';
import { defaultOf, isTimestamp, isValueMessage, readFields, readMessage } from './read-message.ts';
import { writeFields, writeMessage } from './write-message.ts';

/**
 * Methods of Java behind services with a `.proto`. With `spread` a method has a parameter for each field of its message, in the
 * order of their numbers, and returns the only field of the answer; without, it takes and returns the messages as objects.
 */
export class JavaCalls {
  readonly #descriptors: Descriptors;
  readonly #spread: boolean;

  constructor(descriptors: Descriptors, spread: boolean) {
    this.#descriptors = descriptors;
    this.#spread = spread;
  }

  /**
   * Null for a service that is not described.
   * @throws TranscodeError for a method that the service does not have, or that streams
   */
  method(service: string, name: string): ProtoMethod | null {
    if (!this.#descriptors.knows(service)) return null;
    const method = this.#descriptors.method(service, name);
    if (method === null) throw new TranscodeError(`${service} has no method ${name.slice(0, 64)}`, 404);
    if (method.clientStreaming || method.serverStreaming)
      throw new TranscodeError(`${method.name} streams, which cannot be converted`, 501);
    return method;
  }

  /** @param maxBodyBytes bounds what is read and written, as it does below */
  writeArguments({ input }: ProtoMethod, args: readonly unknown[], maxBodyBytes?: number): Buffer {
    if (this.#spread) return writeFields(input, args, maxBodyBytes);
    if (args.length > 1) throw new TranscodeError(`${args.length} arguments, and ${input.name} is one message`);
    return args.length === 0 || args[0] === null ? Buffer.alloc(0) : writeMessage(input, args[0], maxBodyBytes);
  }

  readArguments(
    { input }: ProtoMethod,
    bytes: Buffer,
    maxBodyBytes?: number,
  ): { readonly types: string; readonly args: unknown[] } {
    if (this.#spread) {
      const fields = readFields(input, bytes, maxBodyBytes);
      return {
        types: input.fields.map(typeOf).join(''),
        args: input.fields.map((field) => fields.get(field.javaName) ?? defaultOf(field)),
      };
    }
    if (isEmpty(input)) return { types: '', args: [] };
    return { types: classType(input), args: [readMessage(input, bytes, maxBodyBytes)] };
  }

  writeResult({ output }: ProtoMethod, value: unknown, maxBodyBytes?: number): Buffer {
    if (value === null || value === undefined || isEmpty(output)) return Buffer.alloc(0);
    return this.#spread && output.fields.length === 1 && !isSelf(output, value)
      ? writeFields(output, [value], maxBodyBytes)
      : writeMessage(output, value, maxBodyBytes);
  }

  readResult({ output }: ProtoMethod, bytes: Buffer, maxBodyBytes?: number): unknown {
    if (isEmpty(output)) return null;
    const [only] = output.fields;
    if (!this.#spread || output.fields.length !== 1 || only === undefined)
      return readMessage(output, bytes, maxBodyBytes);
    return readFields(output, bytes, maxBodyBytes).get(only.javaName) ?? defaultOf(only);
  }
}

/** `google.protobuf.Empty` and any other message without fields: nothing, or no parameter at all. */
function isEmpty({ fields }: ProtoMessage): boolean {
  return fields.length === 0;
}

/** The method returned the message itself. */
function isSelf({ javaClass }: ProtoMessage, value: unknown): boolean {
  return value instanceof HessianObject && value.className === javaClass;
}

/** Descriptor of the parameter that a field becomes. */
function typeOf({ type, repeated, message, enumeration }: ProtoField): string {
  if (repeated) return message?.isMapEntry === true ? 'Ljava/util/Map;' : 'Ljava/util/List;';
  if (message !== null) return classType(message);
  if (enumeration !== null) return descriptorOf(enumeration.javaClass);
  switch (type) {
    case FieldType.BOOL:
      return 'Z';
    case FieldType.DOUBLE:
      return 'D';
    case FieldType.FLOAT:
      return 'F';
    case FieldType.STRING:
      return 'Ljava/lang/String;';
    case FieldType.BYTES:
      return '[B';
    default:
      return isLong(type) ? 'J' : 'I';
  }
}

const BOXED: Readonly<Record<string, string>> = {
  Z: 'Ljava/lang/Boolean;',
  D: 'Ljava/lang/Double;',
  F: 'Ljava/lang/Float;',
  J: 'Ljava/lang/Long;',
  I: 'Ljava/lang/Integer;',
};

function classType(message: ProtoMessage): string {
  if (isTimestamp(message)) return 'Ljava/util/Date;';
  if (!isValueMessage(message)) return descriptorOf(message.javaClass);
  const plain = typeOf(message.fields[0] as ProtoField);
  return BOXED[plain] ?? plain;
}
