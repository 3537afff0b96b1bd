/** A JSON Schema 2020-12 document as plain data, generated from the `schema.ts` of its extension. */
export type JsonSchema = Readonly<Record<string, unknown>>;
