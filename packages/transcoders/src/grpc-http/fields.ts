import type { ProtoField, ProtoMessage } from '../common/proto/index.ts';

/** The fields of a path such as `author.given_name`, from the outside in; null where there is no such field. */
export function fieldsAt(message: ProtoMessage, path: string): ProtoField[] | null {
  const fields: ProtoField[] = [];
  let within: ProtoMessage | null = message;
  for (const name of path.split('.')) {
    const field: ProtoField | undefined = within?.byJsonName.get(name);
    if (field === undefined) return null;
    fields.push(field);
    within = field.repeated ? null : field.message;
  }
  return fields;
}
