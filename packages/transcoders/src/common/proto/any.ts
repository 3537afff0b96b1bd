import { TranscodeError } from '@weft/sdk';
import { ANY, type ProtoMessage } from './descriptor.ts';
import { isWrapper } from './field-type.ts';

/** In JSON the URL of an Any stands beside the fields of the message. */
export const TYPE_KEY = '@type';
/** Where that of a message is no object, it stands there by itself. */
export const VALUE_KEY = 'value';
export const URL_FIELD = 1;
export const VALUE_FIELD = 2;

const OWN_JSON: ReadonlySet<string> = new Set(
  [ANY].concat(
    ['Timestamp', 'Duration', 'FieldMask', 'Struct', 'ListValue', 'Value'].map((name) => `google.protobuf.${name}`),
  ),
);

/** Whether the JSON of a message is another one than an object of its fields. */
export function hasOwnJson({ name }: ProtoMessage): boolean {
  return OWN_JSON.has(name) || isWrapper(name);
}

/**
 * The message that a URL such as `type.googleapis.com/shop.Order` names.
 * @param any of whose descriptors it is
 * @param place for the error: where the Any stands
 * @throws TranscodeError for a URL that is none, and for a type that is not described
 */
export function typeOfUrl(any: ProtoMessage, url: string, place: string): ProtoMessage {
  const slash = url.lastIndexOf('/');
  const shown = JSON.stringify(url.slice(0, 200));
  if (slash < 0)
    throw new TranscodeError(`${place}: ${shown} is no type: expected one such as "type.googleapis.com/shop.Order"`);
  const type = any.types.get(url.slice(slash + 1));
  if (type === undefined) throw new TranscodeError(`${place}: the type ${shown} is in none of the descriptors`);
  return type;
}
