/** The 16 bytes of an IPv6 address, or of an IPv4 address in its mapped form, as four words. */
export type Address = Uint32Array;

const MAPPED = 0xffff;

/** Reads the address of a connection, `10.0.0.1:80` or `[::1]:80`, or a bare address; false when it is neither. */
export function readPeer(text: string, into: Address): boolean {
  if (text.charCodeAt(0) === 0x5b) {
    const close = text.indexOf(']');
    return close > 0 && readV6(text.slice(1, close), into);
  }
  const colon = text.indexOf(':');
  if (colon < 0) return fromV4(readV4(text, text.length), into);
  return text.indexOf(':', colon + 1) < 0 ? fromV4(readV4(text, colon), into) : readV6(text, into);
}

/** Reads an IPv4 or IPv6 address; false when it is none. IPv4 in one of its older spellings (`10.1`, `010.0.0.1`) is none. */
export function readAddress(text: string, into: Address): boolean {
  return text.includes(':') ? readV6(text, into) : fromV4(readV4(text, text.length), into);
}

function fromV4(word: number, into: Address): boolean {
  if (word < 0) return false;
  into[0] = 0;
  into[1] = 0;
  into[2] = MAPPED;
  into[3] = word;
  return true;
}

/** The address in front of `end` as a number, -1 when it is none. */
function readV4(text: string, end: number): number {
  let word = 0;
  let part = -1;
  let dots = 0;
  for (let i = 0; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0x30 && code <= 0x39) {
      // A zero in front makes an octal number for some readers.
      if (part === 0) return -1;
      part = part < 0 ? code - 0x30 : part * 10 + code - 0x30;
      if (part > 255) return -1;
    } else if (code === 0x2e && part >= 0 && ++dots <= 3) {
      word = word * 256 + part;
      part = -1;
    } else {
      return -1;
    }
  }
  return part < 0 || dots !== 3 ? -1 : word * 256 + part;
}

const GROUP = /^[0-9a-f]{1,4}$/i;

function readV6(text: string, into: Address): boolean {
  const zone = text.indexOf('%');
  const bare = zone < 0 ? text : text.slice(0, zone);
  if (bare.length > 45) return false;
  const halves = bare.split('::');
  if (halves.length > 2) return false;
  const head = groups(halves[0] ?? '', halves.length === 1);
  const tail = groups(halves[1] ?? '', true);
  if (head === null || tail === null) return false;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return false;
  const all = [...head, ...new Array<number>(missing).fill(0), ...tail];
  for (let i = 0; i < 4; i++) into[i] = (all[2 * i] as number) * 0x10000 + (all[2 * i + 1] as number);
  return true;
}

/** The 16-bit groups of one half; an IPv4 address may end the last one. */
function groups(text: string, last: boolean): number[] | null {
  if (text === '') return [];
  const result: number[] = [];
  const parts = text.split(':');
  for (const [i, part] of parts.entries()) {
    if (GROUP.test(part)) {
      result.push(Number.parseInt(part, 16));
      continue;
    }
    const word = last && i === parts.length - 1 ? readV4(part, part.length) : -1;
    if (word < 0) return null;
    result.push(Math.floor(word / 0x10000), word % 0x10000);
  }
  return result;
}
