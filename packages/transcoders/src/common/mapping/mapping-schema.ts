import { Enum, Flag, List, type Parsed, Text, TextMap, Type } from '@weft/schema/author';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

const path = (description: string, fallback: string) =>
  Text({ description, default: fallback, maxLength: 1024, examples: ['/users/{0}'] });

const body = (description: string, fallback: string) =>
  Text({ description, default: fallback, maxLength: 8, examples: ['args', 'none', '0'] });

const method = Type.Object(
  {
    httpMethod: Text({
      description: 'Method of HTTP; empty: that of `defaults`.',
      default: '',
      maxLength: 16,
      examples: ['GET'],
    }),
    path: path(
      'Path of HTTP. `{0}` is an argument, `{0.id}` a field of one, `{interface}` and `{method}` are names. Empty: that of `defaults`.',
      '',
    ),
    query: TextMap({
      description:
        'Parameters of the query: texts with the same places as `path`. One whose only place is null is left out.',
      default: {},
      examples: [{ verbose: 'true', page: '{1}' }],
    }),
    headers: TextMap({
      description: 'Headers of HTTP: `attachments.<name>`, or a text with the same places as `path`.',
      default: {},
      examples: [{ 'x-operator': 'attachments.operator' }],
    }),
    cookies: TextMap({
      description: 'Cookies that arguments are taken from when the caller speaks HTTP, by their name.',
      default: {},
      examples: [{ session: '{1}' }],
    }),
    body: body(
      '`args`: all arguments, in an array; `none`: no body; a number: this one argument. Empty: `none` for GET and DELETE, else that of `defaults`.',
      '',
    ),
    resultType: Text({
      description:
        'Java type of the result, so that a Java caller gets an object of it. Empty: what JSON shows: text, number, map, list.',
      default: '',
      maxLength: 512,
      examples: ['com.x.User', 'java.util.List<com.x.User>'],
    }),
    errors: TextMap({
      description: 'Class of the exception by status of HTTP, `"409": "com.x.Duplicate"`; both ways.',
      default: {},
      examples: [{ '409': 'com.x.DuplicateUserException' }],
    }),
    oneWay: Flag({ description: 'The method is called without waiting for an answer.', default: false }),
  },
  { description: 'What one method is on the other side.' },
);
export type MethodDocument = Parsed<typeof method>;

/** One service, and how its methods look over HTTP. The same document serves both directions. */
export const mappingDocument = Type.Object(
  {
    name: Text({
      description: 'Name of the document, for people.',
      default: '',
      maxLength: 128,
      examples: ['users-v3'],
    }),
    service: Text({
      description: 'The Java interface.',
      minLength: 1,
      maxLength: 512,
      examples: ['com.x.UserService'],
    }),
    version: Text({
      description: 'Version of the service; empty: any.',
      default: '',
      maxLength: 64,
      examples: ['1.0'],
    }),
    group: Text({ description: 'Group of the service; empty: any.', default: '', maxLength: 128 }),
    target: Text({
      description:
        'The HTTP application, as its registry names it; what stands before `@` becomes the `Host` of requests. Empty: the interface.',
      default: '',
      maxLength: 256,
      examples: ['user-center@springcloud'],
    }),
    defaults: Type.Object(
      {
        httpMethod: Enum(METHODS, { description: 'Method of HTTP.', default: 'POST' }),
        path: path('Path of HTTP.', '/{interface}/{method}'),
        body: body('What the body is.', 'args'),
        unlisted: Flag({
          description:
            'Methods can be called that are not among `methods`, by these defaults. Without `methods` they always can.',
          default: false,
        }),
      },
      { description: 'What methods have that say nothing of their own, or are not listed.', default: {} },
    ),
    methods: Type.Unsafe<Readonly<Record<string, MethodDocument>>>({
      type: 'object',
      additionalProperties: method,
      description:
        'Methods by name, with the Java types of their parameters where they are to be known: `getUser(java.lang.String)`.',
      default: {},
    }),
    types: Type.Unsafe<Readonly<Record<string, Readonly<Record<string, string>>>>>({
      type: 'object',
      additionalProperties: TextMap({ description: 'Java types by name of the field.' }),
      description:
        'Java types of the fields of classes, where JSON does not show them: dates, longs, nested objects of a class.',
      default: {},
      examples: [{ 'com.x.User': { born: 'java.util.Date', address: 'com.x.Address' } }],
    }),
    enums: List(Text({ description: 'A class.', maxLength: 512 }), {
      description: 'Classes that are enums, where their constants are not written in capitals.',
      maxItems: 1024,
    }),
    bigNumbers: Enum(['raw', 'string'], {
      description: 'Numbers of Java that JavaScript cannot hold: all digits as a number, or as a string.',
      default: 'raw',
    }),
    dates: Enum(['epoch', 'iso'], {
      description: 'Dates as milliseconds since 1970, or as ISO 8601.',
      default: 'epoch',
    }),
    keepTypes: Flag({
      description:
        'Writes the class of an object as its field `@type`, and reads it. Who calls can then choose classes: for callers that you trust.',
      default: false,
    }),
  },
  { description: 'A service, and how its methods look over HTTP.' },
);
export type MappingDocument = Parsed<typeof mappingDocument>;

/** `mappings`, as every transcoder to and from HTTP has them. */
export const mappings = List(mappingDocument, {
  description:
    'The services that are converted. Without any, every service is, by the defaults: `POST /<interface>/<method>` with the arguments in an array.',
  maxItems: 4096,
});
