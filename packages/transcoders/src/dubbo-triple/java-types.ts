import { TranscodeError } from '@weft/sdk';
import { descriptorOf, parseDescriptors } from '../common/values/index.ts';

/**
 * Types of parameters: Dubbo 2 has descriptors in one text (`Ljava/lang/String;[I`), Triple what `Class.getName` gives
 * (`java.lang.String`, `[I`).
 */
export function classNamesOf(descriptors: string): string[] {
  return namesOf(descriptors).map(classNameOf);
}

/** How many parameters there are. */
export function countOf(descriptors: string): number {
  return namesOf(descriptors).length;
}

/** @throws TranscodeError for what is no type */
export function descriptorsOf(classNames: readonly string[]): string {
  return classNames.map((name) => (name.startsWith('[') ? arrayDescriptor(name) : descriptorOf(name))).join('');
}

function namesOf(descriptors: string): string[] {
  try {
    return parseDescriptors(descriptors);
  } catch (error) {
    throw told(error);
  }
}

function classNameOf(name: string): string {
  return name.endsWith('[]') ? descriptorOf(name).replaceAll('/', '.') : name;
}

function arrayDescriptor(name: string): string {
  const descriptor = name.replaceAll('.', '/');
  namesOf(descriptor);
  return descriptor;
}

function told(error: unknown): unknown {
  return error instanceof RangeError ? new TranscodeError(error.message) : error;
}

/** The class of a value as far as it can be seen, for the `type` of an answer. Consumers go by what their interface declares. */
export function classOf(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return 'java.lang.String';
    case 'boolean':
      return 'java.lang.Boolean';
    case 'bigint':
      return 'java.lang.Long';
    case 'number':
      return (value | 0) === value ? 'java.lang.Integer' : 'java.lang.Double';
    default:
      return 'java.lang.Object';
  }
}
