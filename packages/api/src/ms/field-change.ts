import { type Static, Type } from 'typebox';

export const FieldChange = Type.Object({
  path: Type.String({ description: 'JSON pointer' }),
  before: Type.Unknown(),
  after: Type.Unknown(),
});
export type FieldChange = Static<typeof FieldChange>;
