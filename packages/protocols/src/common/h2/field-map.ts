import type { HeaderMap } from '@weft/sdk';
import { type Field, FieldKind, ownField } from './hpack/index.ts';

const NO_VALUES: readonly string[] = [];
const ANY_KIND = -1;

/** Header map over HPACK fields. Fields are immutable and own their strings, so nothing is borrowed and `keep` is free. */
export class FieldMap implements HeaderMap {
  /** Without pseudo fields and without `host`. */
  readonly fields: Field[];
  /** Kinds that may be among them, one bit for each: what is not there is not looked for. */
  #kinds: number;

  constructor(fields: Field[], kinds = ANY_KIND) {
    this.fields = fields;
    this.#kinds = kinds;
  }

  get(name: string): string | undefined {
    const fields = this.fields;
    const { length } = name;
    for (let i = 0; i < fields.length; i++) {
      const field = fields[i] as Field;
      // Most names differ in length, which is told without a look at their characters.
      if (field.name.length === length && field.name === name)
        return field.kind === FieldKind.COOKIE ? this.#cookies(i) : field.value;
    }
    return undefined;
  }

  getAll(name: string): readonly string[] {
    let values: string[] | null = null;
    for (const field of this.fields) {
      if (field.name !== name) continue;
      if (values === null) values = [field.value];
      else values.push(field.value);
    }
    return values ?? NO_VALUES;
  }

  set(name: string, value: string): void {
    const field = ownField(name, value);
    this.#kinds |= 1 << field.kind;
    const fields = this.fields;
    let kept = 0;
    let placed = false;
    for (let i = 0; i < fields.length; i++) {
      const old = fields[i] as Field;
      if (old.name !== name) {
        fields[kept++] = old;
      } else if (!placed) {
        placed = true;
        fields[kept++] = field;
      }
    }
    fields.length = kept;
    if (!placed) fields.push(field);
  }

  add(name: string, value: string): void {
    // A second length would be two truths about one body.
    if (name === 'content-length') this.set(name, value);
    else {
      const field = ownField(name, value);
      this.#kinds |= 1 << field.kind;
      this.fields.push(field);
    }
  }

  remove(name: string): void {
    const fields = this.fields;
    let kept = 0;
    for (let i = 0; i < fields.length; i++) {
      const field = fields[i] as Field;
      if (field.name !== name) fields[kept++] = field;
    }
    fields.length = kept;
  }

  /** Cookie crumbs are visited as one pair, as any reader but HTTP/2 itself expects them (RFC 9113 section 8.2.3). */
  forEach(visit: (name: string, value: string) => void): void {
    const fields = this.fields;
    let cookieSeen = false;
    for (let i = 0; i < fields.length; i++) {
      const field = fields[i] as Field;
      if (field.kind !== FieldKind.COOKIE) {
        visit(field.name, field.value);
      } else if (!cookieSeen) {
        cookieSeen = true;
        visit(field.name, this.#cookies(i));
      }
    }
  }

  keep(): void {}

  get readable(): boolean {
    return true;
  }

  /** First field of a kind. */
  protected byKind(kind: number): Field | undefined {
    if ((this.#kinds & (1 << kind)) === 0) return undefined;
    const fields = this.fields;
    for (let i = 0; i < fields.length; i++) {
      if ((fields[i] as Field).kind === kind) return fields[i];
    }
    return undefined;
  }

  #cookies(first: number): string {
    const fields = this.fields;
    let joined = (fields[first] as Field).value;
    for (let i = first + 1; i < fields.length; i++) {
      const field = fields[i] as Field;
      if (field.kind === FieldKind.COOKIE) joined += `; ${field.value}`;
    }
    return joined;
  }
}
