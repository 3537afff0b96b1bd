import { HessianObject } from '@weft/hessian';

/** What can be told of an exception of Java without its class. */
export interface Thrown {
  readonly className: string;
  /** '' when it has none. */
  readonly message: string;
}

/** The exception in `value`; null when it is none. Its causes and its stack stay behind. */
export function describeThrowable(value: unknown): Thrown | null {
  if (!(value instanceof HessianObject)) return null;
  const { className, fields } = value;
  if (!fields.has('detailMessage') && !fields.has('stackTrace')) return null;
  const message = fields.get('detailMessage');
  return { className, message: typeof message === 'string' ? message : '' };
}

/** An exception as Java's own library of Hessian reads it: the fields of Throwable, without a stack. */
export function throwable(
  { className, message }: Thrown,
  more: Iterable<readonly [string, unknown]> = [],
): HessianObject {
  return new HessianObject(className, [['detailMessage', message], ...more]);
}
