/** Parts of schemas that extensions have in common with those of this package; imported by generated modules. */
export * from './schema-parts.gen.ts';
