/**
 * The Huffman code of RFC 7541 appendix B. It is canonical (codes of one length are consecutive, in the order of the
 * symbols), so the code lengths say everything: one base-36 digit for each symbol 0..255 and EOS.
 */
const LENGTHS =
  'dnsssssssoussussssssssusssssssss6aacd68baa8b8666555666666678f6cad67777777777777777777777878djde6f56565666577666567655677777fbeds' +
  'kmkkmmmnmnnnnnonoomnonnnnlmnmnnomlkmmnnlnmmolmnnllmlnmnnkmmmnmmnqqkjmnmpqqqrrqopjlqrrqrollqqsrrrkoklmllnmmppooqnqrqqrrrrrsrrrrrqu';

const EOS = 256;
const CODES = new Uint32Array(257);
const CODE_BITS = new Uint8Array(257);

/**
 * Decoder: a state for each inner node of the code tree, a row of 16 entries for each state, one step for each half byte.
 * At most one symbol ends within four bits because the shortest code has five.
 *
 *     entry = next state << 16 | symbol << 8 | flags
 *
 * The table has 256 * 16 entries (16 KiB), so it stays in the first-level cache; a byte-wise one would be 256 KiB.
 */
const SYMBOL = 1;
const FAIL = 2;
/** The bits since the last symbol are a valid end: all ones, fewer than eight. */
const MAY_END = 4;
const STEPS = new Uint32Array(256 * 16);

function build(): void {
  const order = [...LENGTHS].map((digit, symbol) => ({ bits: Number.parseInt(digit, 36), symbol }));
  order.sort((a, b) => a.bits - b.bits || a.symbol - b.symbol);
  let code = 0;
  let bits = 5;
  for (const row of order) {
    code *= 2 ** (row.bits - bits);
    bits = row.bits;
    CODES[row.symbol] = code;
    CODE_BITS[row.symbol] = bits;
    code++;
  }
  // The tree: children[2 * node + bit] is an inner node (>= 0) or ~symbol.
  const children: number[] = [0, 0];
  const depth: number[] = [0];
  const allOnes: boolean[] = [true];
  for (let symbol = 0; symbol <= EOS; symbol++) {
    let node = 0;
    for (let i = (CODE_BITS[symbol] as number) - 1; i >= 0; i--) {
      const bit = ((CODES[symbol] as number) >>> i) & 1;
      if (i === 0) {
        children[2 * node + bit] = ~symbol;
        break;
      }
      let next = children[2 * node + bit] as number;
      if (next === 0) {
        next = depth.length;
        children[2 * node + bit] = next;
        children.push(0, 0);
        depth.push((depth[node] as number) + 1);
        allOnes.push((allOnes[node] as boolean) && bit === 1);
      }
      node = next;
    }
  }
  for (let state = 0; state < depth.length; state++) {
    for (let nibble = 0; nibble < 16; nibble++) {
      let node = state;
      let entry = 0;
      for (let i = 3; i >= 0; i--) {
        const next = children[2 * node + ((nibble >>> i) & 1)] as number;
        if (next >= 0) {
          node = next;
          continue;
        }
        if (~next === EOS) entry |= FAIL;
        else entry |= SYMBOL | (~next << 8);
        node = 0;
      }
      if ((depth[node] as number) < 8 && (allOnes[node] as boolean)) entry |= MAY_END;
      STEPS[state * 16 + nibble] = entry | (node << 16);
    }
  }
}
build();

/**
 * Decodes `source[start, end)` to `target` from 0 on; `target` must hold 8/5 of the source.
 * Returns the number of bytes, -1 for EOS in the text or wrong padding.
 */
export function decodeHuffman(source: Uint8Array, start: number, end: number, target: Uint8Array): number {
  let state = 0;
  let count = 0;
  let flags = MAY_END;
  for (let i = start; i < end; i++) {
    const byte = source[i] as number;
    let entry = STEPS[(state << 4) | (byte >>> 4)] as number;
    flags = entry;
    if ((entry & SYMBOL) !== 0) target[count++] = (entry >>> 8) & 0xff;
    state = entry >>> 16;
    entry = STEPS[(state << 4) | (byte & 15)] as number;
    if (((flags | entry) & FAIL) !== 0) return -1;
    flags = entry;
    if ((entry & SYMBOL) !== 0) target[count++] = (entry >>> 8) & 0xff;
    state = entry >>> 16;
  }
  return (flags & MAY_END) === 0 ? -1 : count;
}

/** Bytes that `text` (code points 0..255) takes when encoded. */
export function huffmanLength(text: string): number {
  let bits = 0;
  for (let i = 0; i < text.length; i++) bits += CODE_BITS[text.charCodeAt(i) & 0xff] as number;
  return (bits + 7) >>> 3;
}

/** Encodes `text` to `target` at `at` and returns the position behind it; `huffmanLength` tells the room it takes. */
export function encodeHuffman(text: string, target: Uint8Array, at: number): number {
  let position = at;
  // At most 7 bits wait; a code has up to 30, so they are joined in two steps to stay within 32 bits.
  let waiting = 0;
  let waitingBits = 0;
  for (let i = 0; i < text.length; i++) {
    const symbol = text.charCodeAt(i) & 0xff;
    const code = CODES[symbol] as number;
    let bits = CODE_BITS[symbol] as number;
    while (bits > 0) {
      const take = Math.min(bits, 24 - waitingBits);
      waiting = (waiting << take) | ((code >>> (bits - take)) & ((1 << take) - 1));
      waitingBits += take;
      bits -= take;
      while (waitingBits >= 8) {
        waitingBits -= 8;
        target[position++] = waiting >>> waitingBits;
        waiting &= (1 << waitingBits) - 1;
      }
    }
  }
  if (waitingBits > 0) target[position++] = (waiting << (8 - waitingBits)) | ((1 << (8 - waitingBits)) - 1);
  return position;
}
