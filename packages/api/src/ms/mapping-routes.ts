import { type Static, Type } from 'typebox';
import { Body, Nullable, OneOf, type RouteTable, TextMap } from '../contract/index.ts';
import type { InputOfKind, RULE_KINDS } from '../rules/index.ts';

type MappingKind = Extract<(typeof RULE_KINDS)[number], { readonly segment: 'mapping' }>;

/** Transcoders to and from HTTP with JSON: those that are configured with mappings. */
export const MAPPING_TRANSCODERS = ['dubbo_http', 'http_dubbo', 'bolt_http', 'http_bolt'] as const;
export type MappingTranscoder = (typeof MAPPING_TRANSCODERS)[number];

const MAX_SAMPLE = 1_048_576;

/** A request in words. */
export const TrialRequest = Type.Object({
  service: Type.String({
    maxLength: 512,
    description: 'of a call, `interface[:version[:group]]`; empty: that of the mapping',
  }),
  method: Type.String({ maxLength: 1024, description: 'verb of HTTP, or method of a call' }),
  types: Type.Array(Type.String({ maxLength: 512 }), {
    maxItems: 100,
    description: 'Java types of the arguments of a call; empty: those of the mapping',
  }),
  path: Type.String({ maxLength: 8192, description: 'path with query of HTTP' }),
  headers: TextMap('headers, or attachments', 8192),
  body: Type.String({ maxLength: MAX_SAMPLE, description: 'body of HTTP, or the arguments as a JSON array' }),
});
export type TrialRequest = Static<typeof TrialRequest>;

/** An answer in words. */
export const TrialAnswer = Type.Object({
  status: Type.Integer({
    minimum: 0,
    maximum: 999,
    description: 'of HTTP, or of the protocol: 20 of Dubbo and 0 of Bolt is success',
  }),
  headers: TextMap('headers', 8192),
  body: Type.String({ maxLength: MAX_SAMPLE, description: 'body of HTTP, value as JSON, or text of an error' }),
  exception: Type.String({ maxLength: 512, description: 'class of the exception that the method threw; empty: none' }),
});
export type TrialAnswer = Static<typeof TrialAnswer>;

/** What the conversion of a sample gave. */
export const Trial = Type.Object({
  request: Nullable(TrialRequest),
  answer: Nullable(TrialAnswer),
  problem: Type.String({
    description: 'what the caller is told instead, or what is wrong with the sample; empty when all was converted',
  }),
});
export type Trial = Static<typeof Trial>;

export const mappingRoutes = {
  tryMapping: {
    method: 'POST',
    path: '/mappings:try',
    summary: 'Convert a sample of a request, and of its answer, by a mapping; nothing is stored or sent',
    access: 'mesh:rule-mapping:read',
    body: Body({
      transcoder: OneOf(MAPPING_TRANSCODERS, 'from which protocol to which'),
      mapping: Type.Unsafe<InputOfKind<MappingKind>>({
        type: 'object',
        additionalProperties: true,
        description: 'the mapping, as it would be stored',
      }),
      request: Type.Partial(TrialRequest, { description: 'what the caller sends' }),
      answer: Type.Optional(
        Type.Partial(TrialAnswer, { description: 'what the host answers; status of success when not given' }),
      ),
    }),
    status: 200,
    reply: Trial,
    readOnly: true,
    maxBodyBytes: 4 * 1024 * 1024,
  },
} as const satisfies RouteTable;
