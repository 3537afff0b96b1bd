import {
  type Descriptors,
  type ProtoField,
  type ProtoMessage,
  type ProtoMethod,
  ProtoReader,
  Wire,
} from '../common/proto/index.ts';
import { fieldsAt } from './fields.ts';
import { type PathTemplate, parseTemplate } from './path-template.ts';

/** How a method of gRPC is called over HTTP: one `HttpRule` of `google.api.http`. */
export interface HttpBinding {
  /** `library.Library` */
  readonly service: string;
  readonly method: ProtoMethod;
  /** `GET`; `*` for every one. */
  readonly httpMethod: string;
  readonly template: PathTemplate;
  /** Fields that the variables of the path stand for, each with the messages that it is within. */
  readonly variables: readonly (readonly ProtoField[])[];
  /** What the body is: the whole message, one of its fields, or nothing: then all that is not in the path is in the query. */
  readonly body: 'message' | 'nothing' | ProtoField;
  /** The field of the answer that the body of the response is; null for the whole message. */
  readonly responseBody: ProtoField | null;
}

export interface FoundBinding {
  readonly binding: HttpBinding;
  /** As they stand in the path. */
  readonly pathValues: readonly string[];
}

/** All methods that are described, by their requests over HTTP and by their names. */
export class Bindings {
  /** By method of HTTP and path, for paths without variables. */
  readonly #exact = new Map<string, HttpBinding>();
  /** Those with a verb first, then the most literal ones. */
  readonly #templates: HttpBinding[] = [];
  readonly #byCall = new Map<string, readonly HttpBinding[]>();

  /** @throws RangeError for an option `google.api.http` that names a field that is not there, or whose path is none */
  constructor(descriptors: Descriptors) {
    for (const [service, method] of descriptors.methods()) {
      const path = `/${service}/${method.name}`;
      const rules = method.httpRule === null ? [] : readRules(method.httpRule);
      // Under its own name every method can be called: what stands for it in the `.proto` may have variables, or be for others.
      const own: HttpRule = { httpMethod: 'POST', path, body: '*', responseBody: '' };
      const bindings = [...rules, own].map((rule) => bind(service, method, rule));
      this.#byCall.set(path, bindings);
      for (const binding of bindings) this.#add(binding);
    }
    this.#templates.sort(
      ({ template: a }, { template: b }) => Number(b.hasVerb) - Number(a.hasVerb) || b.literalLength - a.literalLength,
    );
  }

  #add(binding: HttpBinding): void {
    const { template, httpMethod } = binding;
    const literal = template.variables.length === 0 ? template.expand([]) : null;
    if (literal === null) this.#templates.push(binding);
    else if (!this.#exact.has(`${httpMethod} ${literal}`)) this.#exact.set(`${httpMethod} ${literal}`, binding);
  }

  /** The method that a request over HTTP is for; null when it is for none. */
  find(httpMethod: string, target: string): FoundBinding | null {
    const query = target.indexOf('?');
    const path = query < 0 ? target : target.slice(0, query);
    const exact = this.#exact.get(`${httpMethod} ${path}`) ?? this.#exact.get(`* ${path}`);
    if (exact !== undefined) return { binding: exact, pathValues: [] };
    for (const binding of this.#templates) {
      if (binding.httpMethod !== httpMethod && binding.httpMethod !== '*') continue;
      const pathValues = binding.template.match(path);
      if (pathValues !== null) return { binding, pathValues };
    }
    return null;
  }

  /** How a method of gRPC, `/library.Library/GetBook`, may be called over HTTP, in the order of the `.proto`; null for an unknown one. */
  of(grpcPath: string): readonly HttpBinding[] | null {
    return this.#byCall.get(grpcPath) ?? null;
  }
}

interface HttpRule {
  readonly httpMethod: string;
  readonly path: string;
  readonly body: string;
  readonly responseBody: string;
}

const HTTP_METHODS: Readonly<Record<number, string>> = { 2: 'GET', 3: 'PUT', 4: 'POST', 5: 'DELETE', 6: 'PATCH' };

/** HttpRule: 2 get, 3 put, 4 post, 5 delete, 6 patch, 7 body, 8 custom (1 kind, 2 path), 11 additional_bindings, 12 response_body. */
function readRules(bytes: Buffer): HttpRule[] {
  let rule: HttpRule = { httpMethod: '', path: '', body: '', responseBody: '' };
  const more: HttpRule[] = [];
  for (const [number, piece] of pieces(bytes)) {
    const text = piece.toString();
    const httpMethod = HTTP_METHODS[number];
    if (httpMethod !== undefined) rule = { ...rule, httpMethod, path: text };
    else if (number === 7) rule = { ...rule, body: text };
    else if (number === 8) {
      const custom = new Map(pieces(piece).map(([own, value]) => [own, value.toString()]));
      rule = { ...rule, httpMethod: custom.get(1) ?? '', path: custom.get(2) ?? '' };
    } else if (number === 11) more.push(...readRules(piece));
    else if (number === 12) rule = { ...rule, responseBody: text };
  }
  return rule.path === '' ? more : [rule, ...more];
}

function pieces(bytes: Buffer): [number: number, piece: Buffer][] {
  const found: [number, Buffer][] = [];
  const reader = new ProtoReader(bytes);
  while (!reader.atEnd) {
    const tag = reader.tag();
    if ((tag & 7) === Wire.BYTES) found.push([Math.floor(tag / 8), reader.bytes()]);
    else reader.skip(tag & 7);
  }
  return found;
}

function bind(service: string, method: ProtoMethod, rule: HttpRule): HttpBinding {
  const template = parseTemplate(rule.path);
  const where = `${service}.${method.name}`;
  const { body, responseBody } = rule;
  return {
    service,
    method,
    httpMethod: rule.httpMethod,
    template,
    variables: template.variables.map(({ field }) => fieldsOf(method.input, field, where)),
    body: body === '*' ? 'message' : body === '' ? 'nothing' : only(fieldsOf(method.input, body, where)),
    responseBody: responseBody === '' ? null : only(fieldsOf(method.output, responseBody, where)),
  };
}

function only(fields: readonly ProtoField[]): ProtoField {
  return fields[0] as ProtoField;
}

function fieldsOf(message: ProtoMessage, path: string, where: string): readonly ProtoField[] {
  const fields = fieldsAt(message, path);
  if (fields === null) throw new RangeError(`google.api.http of ${where}: ${message.name} has no field ${path}`);
  return fields;
}
