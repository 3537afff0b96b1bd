import type { RequestHead, ResponseHead } from '@weft/sdk';
import { buildFrame, FLAG_REQUEST, FLAG_TWO_WAY, HEADER_BYTES, isHessian, SERIALIZATION_HESSIAN2 } from './frame.ts';
import { DubboRequestHead, NAME_TYPES } from './head.ts';
import { Prefix, scanPrefix, textBytes, writeText } from './metadata.ts';
import { DubboResponseHead } from './response-head.ts';

const FRAMEWORK_VERSION = '2.0.2';
/** What Dubbo writes for a service without a version. */
const NO_VERSION = '0.0.0';
const EMPTY = Buffer.alloc(0);

/**
 * Heads of this family that no codec of Dubbo decoded: a transcoder made them. They become a frame's head of their own, and a
 * view over it, so that everything behind is as for one that came over the wire. The serialization is Hessian 2.
 *
 * `service` (the path), `version`, `method` and `dubbo` become the strings, `:types` the parameter types. The body is what
 * stands in a frame behind them: the arguments and a map of attachments, `H Z` where there are none. Every other pair is
 * put at the end of that map, where it wins over an earlier one of its name. Null when it cannot be told what is called.
 */
export function dubboRequestHead(head: RequestHead): DubboRequestHead | null {
  if (head.family !== 'dubbo') return null;
  const path = head.get('service') ?? '';
  if (path === '' || head.method === '') return null;
  const texts = [
    head.get('dubbo') ?? FRAMEWORK_VERSION,
    path,
    head.get('version') || NO_VERSION,
    head.method,
    head.get(NAME_TYPES) ?? '',
  ];
  const strings = Buffer.allocUnsafe(texts.reduce((sum, text) => sum + textBytes(text), 0));
  let at = 0;
  for (const text of texts) at = writeText(strings, at, text);
  const flag = FLAG_REQUEST | (head.oneWay ? 0 : FLAG_TWO_WAY) | SERIALIZATION_HESSIAN2;
  const bytes = buildFrame(flag, 0, 0, 0, strings);
  const prefix = new Prefix();
  scanPrefix(bytes, 0, HEADER_BYTES, bytes.length, prefix);
  const frameBytes = bytes.length + Math.max(0, head.contentLength);
  const own = new DubboRequestHead(bytes, 0, frameBytes, prefix, false, true, head.oneWay, false);
  head.forEach((name, value) => {
    if (!STRINGS.has(name) && !name.startsWith(':')) own.set(name, value);
  });
  return own;
}

const STRINGS: ReadonlySet<string> = new Set(['service', 'version', 'method', 'dubbo']);

/**
 * The same for answers: `nativeStatus` is the status, the body what stands in a frame behind it. Null for a caller whose
 * serialization it is not.
 */
export function dubboResponseHead(head: ResponseHead, serialization: number): DubboResponseHead | null {
  if (head.family !== 'dubbo' || !isHessian(serialization)) return null;
  const bytes = buildFrame(serialization, head.nativeStatus, 0, 0, EMPTY);
  return new DubboResponseHead(bytes, 0, HEADER_BYTES + Math.max(0, head.contentLength), false);
}
