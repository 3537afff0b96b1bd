import {
  API_ERRORS,
  type ComponentContract,
  ErrorBody,
  isWrite,
  PERMISSIONS,
  pathParameters,
  type RouteContract,
} from '../contract/index.ts';
import { requestSchema } from './request-schema.ts';

type Json = Readonly<Record<string, unknown>>;

/** The OpenAPI 3.1 document of a component, made from the contract that its routes are served and called by. */
export function openApiDocument(contract: ComponentContract, version: string): Json {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [operationId, route] of Object.entries(contract.routes)) {
    const path = `${contract.basePath}${route.path.replace('...}', '}')}`;
    paths[path] ??= {};
    paths[path][route.method.toLowerCase()] = operation(contract.component, operationId, route);
  }
  return {
    openapi: '3.1.0',
    info: { title: `Weft: ${contract.title}`, version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: { Error: requestSchema(ErrorBody) },
      securitySchemes: {
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'WEFT_SESSION',
          description:
            'with the header X-Weft-Csrf for calls that change something; the answer to the login sets it as WEFT_SESSION_<port of the address that was asked>, without the port where the address names none; both names are taken',
        },
        token: { type: 'http', scheme: 'bearer', description: 'API token' },
      },
    },
    'x-weft-permissions': PERMISSIONS,
    'x-weft-errors': API_ERRORS,
  };
}

function operation(component: string, operationId: string, route: RouteContract): Json {
  const isPublic = route.access === 'public';
  return {
    operationId: `${component}.${operationId}`,
    summary: route.summary,
    tags: [component],
    'x-weft-access': route.access,
    security: isPublic ? [] : [{ session: [] }, { token: [] }],
    parameters: [...pathFields(route), ...queryFields(route), ...headerFields(route)],
    ...(route.body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: requestSchema(route.body) } } } }),
    responses: responses(route),
  };
}

function responses(route: RouteContract): Json {
  const type = route.replyType === 'events' ? 'text/event-stream' : 'application/json';
  const good = {
    description: route.summary,
    ...(route.reply === null
      ? {}
      : { content: { [type]: { schema: JSON.parse(JSON.stringify(route.reply)) as unknown } } }),
  };
  const statuses = new Set<number>([400, 429, 500, 503]);
  if (route.access !== 'public') statuses.add(401).add(403);
  if (route.params !== undefined) statuses.add(404);
  if (isWrite(route)) statuses.add(409);
  if (route.ifMatch !== undefined) statuses.add(428);
  const error = { content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } } };
  const rows = [...statuses]
    .sort((a, b) => a - b)
    .map((status) => [String(status), { description: codesOf(status), ...error }] as const);
  return { [String(route.status)]: good, ...Object.fromEntries(rows) };
}

const codesOf = (status: number): string =>
  Object.entries(API_ERRORS)
    .filter(([, row]) => row.status === status)
    .map(([code]) => code)
    .join(', ');

function fieldsOf(schema: object | undefined): { name: string; required: boolean; schema: Record<string, unknown> }[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = requestSchema(schema);
  return Object.entries(properties).map(([name, field]) => ({
    name,
    required: required.includes(name),
    schema: field as Record<string, unknown>,
  }));
}

function pathFields(route: RouteContract): Json[] {
  const fields = new Map(fieldsOf(route.params).map((field) => [field.name, field.schema]));
  return pathParameters(route.path).map((name) => ({
    name,
    in: 'path',
    required: true,
    schema: fields.get(name) ?? { type: 'string' },
  }));
}

function queryFields(route: RouteContract): Json[] {
  return fieldsOf(route.query).map(({ name, required, schema }) => ({
    name,
    in: 'query',
    required,
    description: schema['description'],
    schema,
  }));
}

function headerFields(route: RouteContract): Json[] {
  const fields: Json[] = [];
  if (route.ifMatch === 'required')
    fields.push({
      name: 'If-Match',
      in: 'header',
      required: true,
      description: 'version that was read',
      schema: { type: 'string' },
    });
  if (isWrite(route) && route.secretReply !== true) {
    fields.push({
      name: 'Idempotency-Key',
      in: 'header',
      required: false,
      description: 'the same key and body within 24 h act once',
      schema: { type: 'string', maxLength: 128 },
    });
  }
  if (isWrite(route)) {
    fields.push({
      name: 'X-Weft-Csrf',
      in: 'header',
      required: false,
      description: 'with a session cookie',
      schema: { type: 'string' },
    });
  }
  return fields;
}
