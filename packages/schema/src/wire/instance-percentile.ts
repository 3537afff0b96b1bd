/**
 * Place of an instance on the scale of percentages, 0 … 99: FNV-1a (32 bit, UTF-8) of address and app. The same for the same
 * address and app, so that a share that grows keeps who is in, and a restart changes no side.
 */
export function instancePercentile(ip: string, app: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(ip + app, 'utf8')) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0) % 100;
}
