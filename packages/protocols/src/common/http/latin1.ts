/** Every buffer of Node has it; its types leave it out. */
interface Latin1Source {
  latin1Slice(start: number, end: number): string;
}

/** `bytes[start, end)` as a string, one character per byte. Node's own slice without the argument checks of `toString`. */
export function latin1(bytes: Buffer, start: number, end: number): string {
  return (bytes as unknown as Latin1Source).latin1Slice(start, end);
}
