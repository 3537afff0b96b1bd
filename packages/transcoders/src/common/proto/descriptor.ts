import { TranscodeError } from '@weft/sdk';
import { ProtoReader, visitFields, Wire } from './wire.ts';

/** Types of fields, by their numbers in `google.protobuf.FieldDescriptorProto`. */
export const FieldType = {
  DOUBLE: 1,
  FLOAT: 2,
  INT64: 3,
  UINT64: 4,
  INT32: 5,
  FIXED64: 6,
  FIXED32: 7,
  BOOL: 8,
  STRING: 9,
  GROUP: 10,
  MESSAGE: 11,
  BYTES: 12,
  UINT32: 13,
  ENUM: 14,
  SFIXED32: 15,
  SFIXED64: 16,
  SINT32: 17,
  SINT64: 18,
} as const;

/** A message of whatever type, with a URL that says which. */
export const ANY = 'google.protobuf.Any';

/** Number of the extension `google.api.http` of MethodOptions. */
const HTTP_RULE = 72_295_728;

export interface ProtoField {
  readonly number: number;
  /** `customer_name` */
  readonly name: string;
  /** `customerName`, as Java and JSON have it. */
  readonly javaName: string;
  readonly type: number;
  readonly repeated: boolean;
  /** Of proto2: a message without it is none. */
  readonly required: boolean;
  /** Whether a value that is that of no value differs from none: messages, members of a `oneof`, and `optional` ones. */
  readonly hasPresence: boolean;
  /** Index of the `oneof` that it is a member of; -1 for none. One of `optional` has itself alone. */
  readonly oneof: number;
  /** Numbers of a repeated field are written as one piece. */
  readonly packed: boolean;
  /** Of a message or an enum; null for all others. */
  readonly message: ProtoMessage | null;
  readonly enumeration: ProtoEnum | null;
}

/** @throws TranscodeError of a field that a message may not be without */
export function checkMayLack({ required, javaName }: ProtoField, place: string): void {
  if (required) throw new TranscodeError(`${place}: the required field ${javaName} is missing`);
}

export interface ProtoMessage {
  /** `shop.Order` */
  readonly name: string;
  readonly javaClass: string;
  /** In the order of their numbers. */
  readonly fields: readonly ProtoField[];
  readonly byNumber: ReadonlyMap<number, ProtoField>;
  /** By their names in JSON, and by those in the `.proto`. */
  readonly byJsonName: ReadonlyMap<string, ProtoField>;
  /** Key and value of a map, which is a repeated message on the wire. */
  readonly isMapEntry: boolean;
  /** All messages that are described with it, by their names: what an Any may hold. Those that nothing refers to only where there is an Any. */
  readonly types: ReadonlyMap<string, ProtoMessage>;
}

export interface ProtoEnum {
  readonly name: string;
  readonly javaClass: string;
  readonly nameOf: ReadonlyMap<number, string>;
  readonly numberOf: ReadonlyMap<string, number>;
}

export interface ProtoMethod {
  /** `ListOrders` */
  readonly name: string;
  readonly input: ProtoMessage;
  readonly output: ProtoMessage;
  readonly clientStreaming: boolean;
  readonly serverStreaming: boolean;
  /** The option `google.api.http`, a `HttpRule` as it was written; null where there is none. */
  readonly httpRule: Buffer | null;
}

/** What `protoc --include_imports --descriptor_set_out` wrote, with all references resolved. */
export class Descriptors {
  /** By `shop.Orders`, then by the name of the method with a small first letter. */
  readonly #services = new Map<string, Map<string, ProtoMethod>>();

  /**
   * @param sets FileDescriptorSets
   * @param javaClasses classes of messages and enums that are not called as their package and name say
   * @throws TranscodeError when the bytes are none; RangeError for a type that is not in any of the sets
   */
  constructor(sets: readonly Buffer[], javaClasses: ReadonlyMap<string, string> = new Map()) {
    const drafts = new Drafts(javaClasses);
    for (const set of sets)
      visitFields(set, (number, file) => {
        if (number === 1) drafts.addFile(file);
      });
    for (const { name, methods } of drafts.services) {
      const own = new Map<string, ProtoMethod>();
      for (const { input, output, ...method } of methods)
        own.set(smallFirst(method.name), {
          ...method,
          input: drafts.message(input),
          output: drafts.message(output),
        });
      this.#services.set(name, own);
    }
    drafts.resolveForAny();
  }

  /** All methods, each with its service. */
  *methods(): Generator<readonly [service: string, method: ProtoMethod]> {
    for (const [service, methods] of this.#services) for (const method of methods.values()) yield [service, method];
  }

  /** Whether a service of this name is described. */
  knows(service: string): boolean {
    return this.#services.has(service);
  }

  /** A method by its name in either language; null when it is not described. */
  method(service: string, name: string): ProtoMethod | null {
    return this.#services.get(service)?.get(smallFirst(name)) ?? null;
  }
}

export function smallFirst(name: string): string {
  return name.slice(0, 1).toLowerCase() + name.slice(1);
}

interface Numbers {
  readonly numbers: ReadonlyMap<number, number>;
  readonly texts: ReadonlyMap<number, string>;
  readonly pieces: (number: number) => readonly Buffer[];
}

interface DraftMethod extends Omit<ProtoMethod, 'input' | 'output'> {
  readonly input: string;
  readonly output: string;
}

interface DraftMessage {
  readonly message: ProtoMessage & { readonly fields: ProtoField[] };
  readonly byNumber: Map<number, ProtoField>;
  readonly byJsonName: Map<string, ProtoField>;
  readonly raw: readonly Buffer[];
  readonly packed: boolean;
  resolved: boolean;
}

/** Messages may refer to each other: they are made first, and their fields when all of them are there. */
class Drafts {
  readonly services: {
    readonly name: string;
    readonly methods: readonly DraftMethod[];
  }[] = [];
  readonly #messages = new Map<string, DraftMessage>();
  /** Those whose fields are there. */
  readonly #resolved = new Map<string, ProtoMessage>();
  readonly #enums = new Map<string, ProtoEnum>();
  readonly #javaClasses: ReadonlyMap<string, string>;

  constructor(javaClasses: ReadonlyMap<string, string>) {
    this.#javaClasses = javaClasses;
  }

  /** FileDescriptorProto: 2 package, 4 message_type, 5 enum_type, 6 service, 8 options, 12 syntax. */
  addFile(bytes: Buffer): void {
    const file = read(bytes);
    const scope = file.texts.get(2) ?? '';
    const options = file.pieces(8)[0];
    // FileOptions: 1 java_package.
    const javaPackage = (options === undefined ? undefined : read(options).texts.get(1)) ?? scope;
    // Proto3, or later: numbers are packed, and have no presence of their own.
    const packed = file.texts.get(12) !== undefined;
    const java = javaPackage === '' ? '' : `${javaPackage}.`;
    for (const message of file.pieces(4)) this.#addMessage(message, scope, java, packed);
    for (const enumeration of file.pieces(5)) this.#addEnum(enumeration, scope, java);
    for (const piece of file.pieces(6)) {
      const service = read(piece);
      this.services.push({
        name: joined(scope, service.texts.get(1) ?? ''),
        methods: service.pieces(2).map(draftMethod),
      });
    }
  }

  message(reference: string): ProtoMessage {
    const draft = this.#messages.get(reference.replace(/^\./, ''));
    if (draft === undefined) throw new RangeError(`the message ${reference} is not described: use --include_imports`);
    if (!draft.resolved) {
      draft.resolved = true;
      this.#resolved.set(draft.message.name, draft.message);
      for (const raw of draft.raw) draft.message.fields.push(this.#field(raw, draft.packed));
      draft.message.fields.sort((a, b) => a.number - b.number);
      for (const field of draft.message.fields) {
        draft.byNumber.set(field.number, field);
        draft.byJsonName.set(field.name, field).set(field.javaName, field);
      }
    }
    return draft.message;
  }

  /** What an Any holds nothing else refers to. */
  resolveForAny(): void {
    if (this.#resolved.has(ANY)) for (const name of this.#messages.keys()) this.message(name);
  }

  /** DescriptorProto: 1 name, 2 field, 3 nested_type, 4 enum_type, 7 options (7 map_entry). */
  #addMessage(bytes: Buffer, scope: string, java: string, packed: boolean): void {
    const { texts, pieces } = read(bytes);
    const own = texts.get(1) ?? '';
    const name = joined(scope, own);
    const options = pieces(7)[0];
    const byNumber = new Map<number, ProtoField>();
    const byJsonName = new Map<string, ProtoField>();
    this.#messages.set(name, {
      message: {
        name,
        javaClass: this.#javaClasses.get(name) ?? java + own,
        fields: [],
        byNumber,
        byJsonName,
        isMapEntry: options !== undefined && read(options).numbers.get(7) === 1,
        types: this.#resolved,
      },
      byNumber,
      byJsonName,
      raw: pieces(2),
      packed,
      resolved: false,
    });
    for (const nested of pieces(3)) this.#addMessage(nested, name, `${java}${own}$`, packed);
    for (const nested of pieces(4)) this.#addEnum(nested, name, `${java}${own}$`);
  }

  /** EnumDescriptorProto: 1 name, 2 value (1 name, 2 number). */
  #addEnum(bytes: Buffer, scope: string, java: string): void {
    const { texts, pieces } = read(bytes);
    const own = texts.get(1) ?? '';
    const name = joined(scope, own);
    const values = pieces(2).map((piece) => {
      const value = read(piece);
      return [value.texts.get(1) ?? '', (value.numbers.get(2) ?? 0) | 0] as const;
    });
    this.#enums.set(name, {
      name,
      javaClass: this.#javaClasses.get(name) ?? java + own,
      // Of two names for one number the first one counts.
      nameOf: new Map(values.map(([text, number]) => [number, text] as const).reverse()),
      numberOf: new Map(values),
    });
  }

  /** FieldDescriptorProto: 1 name, 3 number, 4 label (2 required, 3 repeated), 5 type, 6 type_name, 8 options (2 packed, 21 features), 9 oneof_index, 10 json_name. */
  #field(bytes: Buffer, packedByDefault: boolean): ProtoField {
    const { texts, numbers, pieces } = read(bytes);
    const name = texts.get(1) ?? '';
    const type = numbers.get(5) ?? 0;
    const repeated = numbers.get(4) === 3;
    const options = pieces(8)[0];
    const known = options === undefined ? null : read(options);
    const packed = known?.numbers.get(2);
    const reference = texts.get(6) ?? '';
    const isNumber = type !== FieldType.STRING && type !== FieldType.BYTES && type !== FieldType.MESSAGE;
    return {
      number: numbers.get(3) ?? 0,
      name,
      javaName: texts.get(10) ?? name.replaceAll(/_+([a-z\d])/gi, (_, letter: string) => letter.toUpperCase()),
      type,
      repeated,
      required: numbers.get(4) === 2 || isRequired(known?.pieces(21)[0]),
      hasPresence: !repeated && (type === FieldType.MESSAGE || numbers.has(9) || !packedByDefault),
      oneof: numbers.get(9) ?? -1,
      packed: repeated && isNumber && (packed === undefined ? packedByDefault : packed === 1),
      message: type === FieldType.MESSAGE ? this.message(reference) : null,
      enumeration: type === FieldType.ENUM ? this.#enum(reference) : null,
    };
  }

  #enum(reference: string): ProtoEnum {
    const known = this.#enums.get(reference.replace(/^\./, ''));
    if (known === undefined) throw new RangeError(`the enum ${reference} is not described: use --include_imports`);
    return known;
  }
}

/** FeatureSet of editions: 1 field_presence (3 LEGACY_REQUIRED). */
const isRequired = (features: Buffer | undefined): boolean =>
  features !== undefined && read(features).numbers.get(1) === 3;

/** MethodDescriptorProto: 1 name, 2 input_type, 3 output_type, 4 options, 5 client_streaming, 6 server_streaming. */
function draftMethod(bytes: Buffer): DraftMethod {
  const { texts, numbers, pieces } = read(bytes);
  const options = pieces(4)[0];
  return {
    name: texts.get(1) ?? '',
    input: texts.get(2) ?? '',
    output: texts.get(3) ?? '',
    clientStreaming: numbers.get(5) === 1,
    serverStreaming: numbers.get(6) === 1,
    httpRule: (options === undefined ? undefined : read(options).pieces(HTTP_RULE)[0]) ?? null,
  };
}

/** All fields of a message by their numbers; of equal ones the last text or number counts. */
function read(bytes: Buffer): Numbers {
  const numbers = new Map<number, number>();
  const texts = new Map<number, string>();
  const pieces = new Map<number, Buffer[]>();
  const reader = new ProtoReader(bytes);
  while (!reader.atEnd) {
    const tag = reader.tag();
    const number = Math.floor(tag / 8);
    const wire = tag & 7;
    if (wire === Wire.VARINT) numbers.set(number, Number(BigInt.asIntN(32, reader.varint())));
    else if (wire === Wire.BYTES) {
      const piece = reader.bytes();
      texts.set(number, piece.toString());
      const known = pieces.get(number);
      if (known === undefined) pieces.set(number, [piece]);
      else known.push(piece);
    } else reader.skip(wire);
  }
  return { numbers, texts, pieces: (number) => pieces.get(number) ?? [] };
}

function joined(scope: string, name: string): string {
  return scope === '' ? name : `${scope}.${name}`;
}
