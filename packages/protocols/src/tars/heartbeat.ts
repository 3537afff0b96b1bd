import { buildFrame, Tag } from './frame.ts';

/** What every servant answers without being written for it. */
export const PING = 'tars_ping';
/** A larger one is a call like any other. */
export const MAX_PING_BYTES = 1024;
const PING_TIMEOUT_MS = 3000;

/** A ping; servers answer it whether or not they have that servant. */
export function pingFrame(id: number, servant: string): Buffer {
  return buildFrame((fields) => {
    fields.int(Tag.VERSION, 1);
    fields.int(Tag.PACKET_TYPE, 0);
    fields.int(3, 0);
    fields.int(Tag.REQUEST_ID, id | 0);
    fields.text(Tag.SERVANT, servant);
    fields.text(Tag.FUNCTION, PING);
    fields.bytes(Tag.REQUEST_BUFFER, new Uint8Array(0));
    fields.int(Tag.TIMEOUT, PING_TIMEOUT_MS);
    fields.map(Tag.CONTEXT, []);
    fields.map(Tag.REQUEST_STATUS, []);
  });
}
