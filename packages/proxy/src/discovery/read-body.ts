import { type ExposureRequest, MAX_EXPOSURES } from './exposures.ts';
import { DiscoveryRefusal } from './refusal.ts';

const MAX_METADATA = 64;
const MAX_TEXT_BYTES = 4096;

/** Reads fields of a JSON body by hand: few fields, and each refusal names the field, what it is and what it should be. */
export class BodyReader {
  readonly #fields: Readonly<Record<string, unknown>>;

  constructor(body: unknown) {
    if (typeof body !== 'object' || body === null || Array.isArray(body))
      throw new DiscoveryRefusal(400, 'the body is not a JSON object');
    this.#fields = body as Record<string, unknown>;
  }

  /** Refuses fields that nobody reads: a misspelt one would be lost in silence. */
  allow(names: readonly string[]): this {
    for (const name of Object.keys(this.#fields))
      if (!names.includes(name))
        throw new DiscoveryRefusal(400, `${name} is not known here; expected ${names.join(', ')}`);
    return this;
  }

  text(name: string): string | undefined {
    const value = this.#fields[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'string' || value === '' || Buffer.byteLength(value) > MAX_TEXT_BYTES)
      throw refused(name, value, `a text of 1 to ${MAX_TEXT_BYTES} bytes`);
    return value;
  }

  requiredText(name: string): string {
    const value = this.text(name);
    if (value === undefined) throw refused(name, undefined, 'a text');
    return value;
  }

  /** Takes a text, or texts, of which only these are possible here: what asks for more is told, not ignored. */
  only(name: string, possible: readonly string[]): void {
    const value = this.#fields[name];
    if (value === undefined || value === null) return;
    for (const item of Array.isArray(value) ? value : [value])
      if (!possible.includes(item))
        throw refused(name, item, possible.map((text) => JSON.stringify(text)).join(' or '));
  }

  oneOf<const T extends string>(name: string, possible: readonly T[]): T | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const found = possible.find((item) => item === value);
    if (found === undefined) throw refused(name, value, possible.map((item) => JSON.stringify(item)).join(', '));
    return found;
  }

  integer(name: string, minimum: number, maximum: number): number | undefined {
    const value = this.#fields[name];
    if (value === undefined || value === null) return undefined;
    // SOFARPC writes numbers of its properties as texts.
    const number = typeof value === 'string' && /^\d{1,10}$/.test(value) ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isInteger(number) || number < minimum || number > maximum)
      throw refused(name, value, `a whole number from ${minimum} to ${maximum}`);
    return number;
  }

  texts(name: string): Readonly<Record<string, string>> | undefined {
    const value = this.#fields[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'object' || Array.isArray(value)) throw refused(name, value, 'an object of texts');
    const entries = Object.entries(value as Record<string, unknown>);
    if (entries.length > MAX_METADATA)
      throw refused(name, `${entries.length} entries`, `at most ${MAX_METADATA} entries`);
    const texts: [string, string][] = [];
    for (const [key, item] of entries) {
      if (item === null) continue;
      const text = typeof item === 'number' || typeof item === 'boolean' ? String(item) : item;
      if (typeof text !== 'string' || Buffer.byteLength(key) + Buffer.byteLength(text) > MAX_TEXT_BYTES)
        throw refused(`${name}.${key}`, item, `a text; key and text at most ${MAX_TEXT_BYTES} bytes`);
      texts.push([key, text]);
    }
    return Object.fromEntries(texts);
  }

  /** Protocols, or names in them: `["dubbo", {"protocol": "tri", "dataId": "a.B:1.0@tri"}]`. */
  exposures(name: string): readonly ExposureRequest[] | undefined {
    const value = this.#fields[name];
    if (value === undefined || value === null) return undefined;
    if (!Array.isArray(value) || value.length > MAX_EXPOSURES)
      throw refused(name, value, `a list of at most ${MAX_EXPOSURES} protocols`);
    return value.map((item: unknown, index) => {
      if (typeof item !== 'string' && (typeof item !== 'object' || item === null || Array.isArray(item)))
        throw refused(`${name}[${index}]`, item, 'a protocol, or an object with `protocol` and `dataId`');
      const fields = new BodyReader(typeof item === 'string' ? { protocol: item } : item);
      try {
        fields.allow(['protocol', 'dataId', 'group']);
        const [dataId, group] = [fields.text('dataId'), fields.text('group')];
        return {
          protocol: fields.requiredText('protocol'),
          ...(dataId === undefined ? {} : { dataId }),
          ...(group === undefined ? {} : { group }),
        };
      } catch (error) {
        if (!(error instanceof DiscoveryRefusal)) throw error;
        throw new DiscoveryRefusal(error.status, `${name}[${index}].${error.message}`);
      }
    });
  }

  /** As it is; whoever knows the fields checks them. */
  anyObject(name: string): Readonly<Record<string, unknown>> | undefined {
    const value = this.#fields[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'object' || Array.isArray(value)) throw refused(name, value, 'an object');
    return value as Readonly<Record<string, unknown>>;
  }

  object(name: string): BodyReader | undefined {
    const value = this.#fields[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'object' || Array.isArray(value)) throw refused(name, value, 'an object');
    return new BodyReader(value);
  }
}

function refused(field: string, value: unknown, expected: string): DiscoveryRefusal {
  const shown = value === undefined ? 'missing' : (JSON.stringify(value) ?? String(value)).slice(0, 200);
  return new DiscoveryRefusal(400, `${field} is ${shown}; expected ${expected}`);
}
