/**
 * Java values as JavaScript has them:
 *
 *     null, boolean, String, byte[], Date    null, boolean, string, Buffer, Date
 *     int                                    number
 *     long                                   bigint
 *     double, float                          number, or HessianDouble where a number would be taken for an int
 *     list, array without a type             array                   with a type   TypedList
 *     map without a type                     Map                     with a type   TypedMap
 *     object, enum, BigDecimal …             HessianObject
 *
 * Lists, maps and objects keep their identity: what is shared or cyclic in Java is so here, and is written back so.
 */

/** A double whose value an int could have, such as 1.0. */
export class HessianDouble {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

export class TypedList {
  /** Java class or array type, such as `[string`. */
  readonly type: string;
  readonly items: unknown[];
  constructor(type: string, items: unknown[] = []) {
    this.type = type;
    this.items = items;
  }
}

export class TypedMap {
  readonly type: string;
  readonly entries: Map<unknown, unknown>;
  constructor(type: string, entries: Map<unknown, unknown> = new Map()) {
    this.type = type;
    this.entries = entries;
  }
}

export class HessianObject {
  readonly className: string;
  /** In the order of the class definition. */
  readonly fields: Map<string, unknown>;
  constructor(className: string, fields: Iterable<readonly [string, unknown]> = []) {
    this.className = className;
    this.fields = new Map(fields);
  }
}

/** Whether a writer would take `value` for an int. */
export function isInt(value: number): boolean {
  return (value | 0) === value && !Object.is(value, -0);
}
