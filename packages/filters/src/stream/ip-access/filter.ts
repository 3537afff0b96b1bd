import { ConfigError } from '@weft/kit';
import { type LocalReply, type StreamContext, type StreamFilter, type StreamFilterFactory, Verdict } from '@weft/sdk';
import { AddressTable } from './address-table.ts';
import type { IpAccessConfig } from './schema.ts';

const FORBIDDEN: LocalReply = { status: 403, code: 'filter' };

/** @throws ConfigError for an entry that is neither an address nor a block */
export function createIpAccess(config: IpAccessConfig): StreamFilterFactory {
  const filter = new IpAccessFilter(config);
  return () => filter;
}

class IpAccessFilter implements StreamFilter {
  readonly #table = new AddressTable();
  /** By the order of the blocks in the table. */
  readonly #allows: boolean[] = [];
  readonly #allowsByDefault: boolean;
  readonly #header: string;
  readonly #headerLower: string;

  constructor(config: IpAccessConfig) {
    this.#allowsByDefault = config.default_action === 'allow';
    this.#header = config.header;
    this.#headerLower = config.header.toLowerCase();
    for (const [i, entry] of config.ips.entries()) {
      for (const [j, block] of entry.addrs.entries()) {
        if (!this.#table.add(block)) refuse(`ips[${i}].addrs[${j}]`, block);
        this.#allows.push(entry.action === 'allow');
      }
    }
  }

  beforeRoute(context: StreamContext): Verdict {
    const order = this.#table.find(this.#callerOf(context));
    const allows = order < 0 ? this.#allowsByDefault : this.#allows[order];
    if (allows) return Verdict.CONTINUE;
    context.reply(FORBIDDEN);
    return Verdict.REPLIED;
  }

  #callerOf(context: StreamContext): string {
    if (this.#header === '') return context.remoteAddress;
    const { request } = context;
    const value = request.get(request.family === 'http' ? this.#headerLower : this.#header);
    return value === undefined || value === '' ? context.remoteAddress : value.trim();
  }
}

function refuse(path: string, value: string): never {
  const expected = 'an IP address or a block such as "10.0.0.0/8"';
  throw new ConfigError([{ file: '', path, value: JSON.stringify(value), expected, message: 'not an address' }]);
}
