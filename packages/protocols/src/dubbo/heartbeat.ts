import { buildFrame, FLAG_EVENT, FLAG_REQUEST, FLAG_TWO_WAY, isHessian, SERIALIZATION_HESSIAN2 } from './frame.ts';
import { DubboStatus } from './status.ts';

/** null in Hessian. */
const NULL_BODY = Buffer.from('4e', 'hex');
/** The string `R`. */
const READONLY_BODY = Buffer.from('0152', 'hex');
/** What an event can be: null, or a string of one letter, in any serialization. */
export const MAX_EVENT_BYTES = 256;

/** `dabb e2 00 <id> 00000001 4e` */
export function heartbeatFrame(id: number): Buffer {
  return buildFrame(FLAG_REQUEST | FLAG_TWO_WAY | FLAG_EVENT | SERIALIZATION_HESSIAN2, 0, 0, id, NULL_BODY);
}

/** Same id and serialization as the event; its null is the event's own. */
export function heartbeatAck(serialization: number, idHigh: number, idLow: number, body: Uint8Array): Buffer {
  return buildFrame(
    FLAG_EVENT | serialization,
    DubboStatus.OK,
    idHigh,
    idLow,
    isHessian(serialization) ? NULL_BODY : body,
  );
}

/** `dabb a2 00 <id> 00000002 01 52`: no new requests, please. */
export function readonlyFrame(): Buffer {
  return buildFrame(FLAG_REQUEST | FLAG_EVENT | SERIALIZATION_HESSIAN2, 0, 0, 0, READONLY_BODY);
}

/** Whether an event says `R`; other serializations put a length or quotes around it. */
export function isReadonly(serialization: number, body: Buffer): boolean {
  return isHessian(serialization) ? body.equals(READONLY_BODY) : body.length <= 16 && body.includes(0x52);
}
