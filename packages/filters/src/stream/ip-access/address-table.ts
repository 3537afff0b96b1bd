import { type Address, readAddress, readPeer } from './address.ts';

const ADDRESS_BITS = 128;
const MAPPED_BITS = 96;

/** Blocks of one length: the words of the mask, and the order of the first entry of each block. */
interface Length {
  readonly bits: number;
  readonly mask: Address;
  readonly v4: Map<number, number>;
  readonly v6: Map<string, number>;
}

/**
 * Which of many blocks, in order, has an address first. A look-up costs one step for each different length of a block,
 * however many blocks there are.
 */
export class AddressTable {
  readonly #lengths: Length[] = [];
  readonly #address: Address = new Uint32Array(4);
  #count = 0;

  /** Adds a block such as `10.0.0.0/8`, or a single address, behind the others; false when it is neither. */
  add(block: string): boolean {
    const slash = block.indexOf('/');
    const text = slash < 0 ? block : block.slice(0, slash);
    if (!readAddress(text, this.#address)) return false;
    const offset = text.includes(':') ? 0 : MAPPED_BITS;
    const suffix = slash < 0 ? String(ADDRESS_BITS - offset) : block.slice(slash + 1);
    const bits = offset + Number(suffix);
    if (!/^\d{1,3}$/.test(suffix) || bits > ADDRESS_BITS) return false;
    const { mask, v4, v6 } = this.#length(bits);
    const order = this.#count++;
    // Blocks so large that they hold more than the mapped addresses are meant for IPv6, as `::/0` is.
    if (isMapped(this.#address) && bits >= MAPPED_BITS) putFirst(v4, v4Key(this.#address, mask), order);
    else putFirst(v6, v6Key(this.#address, mask), order);
    return true;
  }

  /** The order of the first block that has the address (the first `add` is 0); -1 for none or when it is no address. */
  find(text: string): number {
    const address = this.#address;
    if (!readPeer(text, address)) return -1;
    const mapped = isMapped(address);
    let first = -1;
    for (const { mask, v4, v6 } of this.#lengths) {
      let order: number | undefined;
      if (mapped) order = v4.get(v4Key(address, mask));
      else if (v6.size > 0) order = v6.get(v6Key(address, mask));
      if (order !== undefined && (first < 0 || order < first)) first = order;
    }
    return first;
  }

  #length(bits: number): Length {
    const known = this.#lengths.find((length) => length.bits === bits);
    if (known !== undefined) return known;
    const mask = new Uint32Array(4);
    for (let bit = 0; bit < bits; bit++) mask[bit >> 5] = (mask[bit >> 5] as number) | (0x8000_0000 >>> (bit & 31));
    const length: Length = { bits, mask, v4: new Map(), v6: new Map() };
    this.#lengths.push(length);
    return length;
  }
}

function putFirst<Key>(map: Map<Key, number>, key: Key, order: number): void {
  if (!map.has(key)) map.set(key, order);
}

function isMapped(address: Address): boolean {
  return address[0] === 0 && address[1] === 0 && address[2] === 0xffff;
}

function v4Key(address: Address, mask: Address): number {
  return (address[3] as number) & (mask[3] as number);
}

function v6Key(address: Address, mask: Address): string {
  let key = '';
  for (let i = 0; i < 4; i++) key += `${((address[i] as number) & (mask[i] as number)) >>> 0}.`;
  return key;
}
