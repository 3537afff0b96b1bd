import { isIP } from 'node:net';
import type { Publication } from '@weft/distribution';
import { DataIdError, formatDataInfoId, parseDataInfoId } from '@weft/schema/data-id';

export const MAX_WEIGHT = 1000;
const MAX_REGIST_ID = 1024;
const MAX_PROTOCOL = 32;
const MAX_METADATA_KEYS = 64;
/** Keys and values together, UTF-8. */
export const MAX_METADATA_BYTES = 8 * 1024;

/** Why a publication is not taken, with the value and what was expected; null when it is. */
export function publicationProblem(publication: Publication, instanceId: string): string | null {
  const { registId, dataId, group, protocol, address, port, weight, metadata } = publication;
  if (registId === '' || registId.length > MAX_REGIST_ID)
    return `regist_id has ${registId.length} characters, expected 1 to ${MAX_REGIST_ID}`;
  if (publication.instanceId !== instanceId)
    return `instance_id is "${publication.instanceId.slice(0, 128)}", the access key is for "${instanceId}"`;
  try {
    parseDataInfoId(formatDataInfoId({ dataId, instanceId, group }));
  } catch (error) {
    if (error instanceof DataIdError) return error.message;
    throw error;
  }
  if (!/^[A-Za-z0-9_.-]{1,32}$/.test(protocol))
    return `protocol is "${protocol.slice(0, 64)}", expected 1 to ${MAX_PROTOCOL} letters, digits, ".", "_" and "-"`;
  if (isIP(address) === 0) return `address is "${address.slice(0, 128)}", expected an IP address`;
  if (port < 1 || port > 65_535) return `port is ${port}, expected 1 to 65535`;
  if (weight > MAX_WEIGHT) return `weight is ${weight}, expected 0 to ${MAX_WEIGHT}`;
  const entries = Object.entries(metadata);
  if (entries.length > MAX_METADATA_KEYS)
    return `metadata has ${entries.length} keys, expected at most ${MAX_METADATA_KEYS}`;
  let bytes = 0;
  for (const [key, value] of entries) bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
  if (bytes > MAX_METADATA_BYTES) return `metadata has ${bytes} bytes, expected at most ${MAX_METADATA_BYTES}`;
  return null;
}

/** `ip:port`, with IPv6 in brackets. */
export const addressOf = (entry: { readonly address: string; readonly port: number }): string =>
  `${entry.address.includes(':') ? `[${entry.address}]` : entry.address}:${entry.port}`;
