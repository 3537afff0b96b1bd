import { TranscodeError } from '@weft/sdk';
import { descriptorOf, parseDescriptors } from './values/index.ts';

/**
 * Types of parameters: Dubbo 2 has descriptors in one text (`Ljava/lang/String;[I`), Triple and SOFARPC have what
 * `Class.getName` gives (`java.lang.String`, `[I`).
 *
 * @throws TranscodeError for what is no type
 */
export function classNamesOf(descriptors: string): string[] {
  return namesOf(descriptors).map(classNameOf);
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
