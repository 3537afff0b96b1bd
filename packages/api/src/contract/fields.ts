import { type TSchema, Type } from 'typebox';

/** Ids of tenants and workspaces, and other names that stand in paths. */
export const NAME_PATTERN = '^[A-Za-z0-9_-]{1,64}$';

export const Name = (description: string) =>
  Type.String({ pattern: NAME_PATTERN, description, 'x-weft-expected': '1 to 64 letters, digits, `_` and `-`' });

export const Instant = (description: string) =>
  Type.String({
    format: 'date-time',
    'x-weft-expected': 'an instant such as 2026-01-31T12:00:00.000Z',
    pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?(Z|[+-]\\d{2}:\\d{2})$',
    description: `${description} (RFC 3339)`,
  });

export const Nullable = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()]);

/** Texts under keys of the user's choice. */
export const TextMap = (description: string, maxLength: number) =>
  Type.Unsafe<Readonly<Record<string, string>>>({
    type: 'object',
    additionalProperties: { type: 'string', maxLength },
    description,
  });

export const OneOf = <const V extends readonly string[]>(values: V, description: string) =>
  Type.Unsafe<V[number]>({ type: 'string', enum: values, description });

/** A whole number in a query: text on the wire, read by the server. */
export const QueryInteger = (minimum: number, maximum: number, description: string, defaultValue?: number) =>
  Type.Optional(
    Type.Integer({
      minimum,
      maximum,
      description,
      ...(defaultValue === undefined ? {} : { default: defaultValue }),
    }),
  );

export const QueryFlag = (description: string) => Type.Optional(Type.Boolean({ description }));

export const QueryText = (description: string, maxLength = 512) =>
  Type.Optional(Type.String({ maxLength, description }));

/** Paging of every list. `sort` names a field, with `-` in front for descending. */
export const PAGING = {
  page: QueryInteger(1, 1_000_000, 'page, from 1', 1),
  size: QueryInteger(1, 500, 'rows of a page', 20),
  sort: Type.Optional(
    Type.String({
      pattern: '^-?[A-Za-z][A-Za-z0-9]{0,63}$',
      description: 'field to sort by, with - in front for descending',
    }),
  ),
};

/** A range of time; `end` is now and `start` the default of the page before it when not given. At most 7 days. */
export const RANGE = {
  start: Type.Optional(Instant('begin of the range')),
  end: Type.Optional(Instant('end of the range')),
};

export const STEP = { step: QueryInteger(1, 1800, 'seconds of one point; coarser when the range needs it') };

/** The paging part of a query, in words of a type. */
export interface Paging {
  readonly page?: number;
  readonly size?: number;
  readonly sort?: string;
}

export const pageOf = <S extends TSchema>(item: S) =>
  Type.Object({
    items: Type.Array(item),
    total: Type.Integer({ description: 'rows of all pages' }),
    page: Type.Integer(),
    size: Type.Integer(),
  });

/** A body: unknown keys are refused; null counts as not given. */
export const Body = <P extends Readonly<Record<string, TSchema>>>(properties: P) =>
  Type.Object(properties, { additionalProperties: false, 'x-weft-strict': true });

/** A query: unknown parameters are refused. */
export const Query = <P extends Readonly<Record<string, TSchema>>>(properties: P) =>
  Type.Object(properties, { additionalProperties: false, 'x-weft-strict': true });

export const Params = <P extends Readonly<Record<string, TSchema>>>(properties: P) => Type.Object(properties);
