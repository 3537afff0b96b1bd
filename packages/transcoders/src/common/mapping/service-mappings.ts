import { ConfigError } from '@weft/kit';
import { TranscodeError } from '@weft/sdk';
import type { Dialect } from '../values/index.ts';
import type { MappingDocument } from './mapping-schema.ts';
import { ServiceMapping } from './service-mapping.ts';

/** Services that no document names, remembered: their names come from callers and are bounded. */
const MAX_UNNAMED = 256;
const INTERFACE = /^[A-Za-z_$][\w$.-]{0,511}$/;

/** The services of a configuration. Without documents it is every service, by the defaults. */
export class ServiceMappings {
  readonly services: readonly ServiceMapping[];
  readonly #dialect: Dialect;
  readonly #unnamed = new Map<string, ServiceMapping>();

  /** @throws ConfigError */
  constructor(documents: readonly MappingDocument[], dialect: Dialect) {
    this.#dialect = dialect;
    this.services = documents.map((document, index) => new ServiceMapping(document, dialect, `mappings[${index}]`));
    checkTwice(documents);
  }

  /** Every service is converted. */
  get open(): boolean {
    return this.services.length === 0;
  }

  /** Null when the service is not converted. */
  find(service: string, version: string, group: string): ServiceMapping | null {
    const named = this.services.find((mapping) => mapping.covers(service, version, group));
    if (named !== undefined || !this.open) return named ?? null;
    return this.unnamed(service);
  }

  /** Whether calls of the interface are converted in any group, which cannot always be seen at first. */
  knows(service: string, version: string): boolean {
    return this.open || this.indexOf(service, version) >= 0;
  }

  /** Index of the mapping that calls of the interface are converted by, in whatever group; -1 for none. */
  indexOf(service: string, version: string): number {
    return this.services.findIndex(
      ({ document }) => document.service === service && (document.version === '' || document.version === version),
    );
  }

  /** What is said of a method that no mapping of the interface, in whatever group, lets callers call; null where one may. */
  refusalOf(service: string, version: string, method: string): TranscodeError | null {
    const covering = this.services.filter((one) => one.covers(service, version, one.document.group));
    const closed = covering.length > 0 && covering.every((one) => !one.opensUnlisted && !one.lists(method));
    return closed ? notListed(method) : null;
  }

  /** A service by the defaults; null when its name is none. */
  unnamed(service: string): ServiceMapping | null {
    const known = this.#unnamed.get(service);
    if (known !== undefined) return known;
    if (!INTERFACE.test(service)) return null;
    const mapping = new ServiceMapping({ ...DEFAULTS, service }, this.#dialect, '');
    if (this.#unnamed.size < MAX_UNNAMED) this.#unnamed.set(service, mapping);
    return mapping;
  }
}

/** Of two mappings of one service the second would never be asked. */
function checkTwice(documents: readonly MappingDocument[]): void {
  const places = new Map<string, number>();
  for (const [index, { service, version, group }] of documents.entries()) {
    const key = JSON.stringify([service, version, group]);
    const first = places.get(key);
    if (first !== undefined)
      throw new ConfigError([
        {
          file: '',
          path: `mappings[${index}].service`,
          value: JSON.stringify(service),
          message: `mappings[${first}] is for the same service, version and group`,
          expected: 'one mapping for each',
        },
      ]);
    places.set(key, index);
  }
}

const DEFAULTS: MappingDocument = {
  name: '',
  service: '',
  version: '',
  group: '',
  target: '',
  defaults: { httpMethod: 'POST', path: '/{interface}/{method}', body: 'args', unlisted: false },
  methods: {},
  types: {},
  enums: [],
  bigNumbers: 'raw',
  dates: 'epoch',
  keepTypes: false,
};

/** Why a method cannot be called that mappings do not list. */
export function notListed(method: string): TranscodeError {
  return new TranscodeError(`${method.slice(0, 64)} is no method of the mapping`, 404);
}
