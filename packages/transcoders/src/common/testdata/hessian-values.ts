import { HessianDouble, HessianObject, TypedList, TypedMap } from '@weft/hessian';
import fc from 'fast-check';

/** Java values of every kind, nested; what is shared stays shared. */
export const { value: javaValue } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.double({ noNaN: true }).map(asDouble),
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    fc.date({ noInvalidDate: true }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(tie('value'), { maxLength: 3 }).map((items) => new TypedList('java.util.LinkedList', items)),
    fc.array(fc.tuple(fc.string(), tie('value')), { maxLength: 3 }).map((pairs) => new Map(pairs)),
    fc
      .array(fc.tuple(fc.string(), tie('value')), { maxLength: 3 })
      .map((pairs) => new TypedMap('java.util.TreeMap', new Map(pairs))),
    fc.tuple(fc.constantFrom('a.Pojo', 'b.Pojo'), tie('value'), tie('value')).map(([name, x, y]) => {
      const object = new HessianObject(name, [
        ['x', x],
        ['y', y],
        ['again', x],
      ]);
      object.fields.set('self', object);
      return object;
    }),
  ),
}));

function asDouble(value: number): number | HessianDouble {
  return (value | 0) === value && !Object.is(value, -0) ? new HessianDouble(value) : value;
}
