import net from 'node:net';

/** Of the reply to a request that a rule refuses. */
export const SERVER_THREADPOOL_BUSY = 4;

const CLASS_NAME = 'com.alipay.sofa.rpc.core.request.SofaRequest';
/** Response of version 1: the status stands at 10, and 20 bytes come before the names. */
const STATUS_OFFSET = 10;
const MIN_RESPONSE_BYTES = 20;
const TIMEOUT_MS = 8000;

/**
 * Sends a Bolt request without arguments and gives the status of the answer, which clients do not show where the answer
 * has a message.
 *
 *     proto=1 | type=1 | cmd=1(2) | ver2=1 | id(4) | codec=1 | timeout(4) | classLen(2) | headerLen(2) | contentLen(4)
 */
export function boltStatus(port: number, service: string, method: string): Promise<number> {
  const names = Buffer.from(CLASS_NAME);
  const headers = headerMap({
    service,
    sofa_head_target_service: service,
    sofa_head_method_name: method,
  });
  const head = Buffer.alloc(22);
  head.set([1, 1, 0, 1, 1]);
  head.writeUInt32BE(1, 5);
  head[9] = 1;
  head.writeUInt32BE(TIMEOUT_MS, 10);
  head.writeUInt16BE(names.length, 14);
  head.writeUInt16BE(headers.length, 16);
  head.writeUInt32BE(0, 18);
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host: '127.0.0.1', port }, () => socket.write(Buffer.concat([head, names, headers])));
    let received = Buffer.alloc(0);
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error(`no answer over Bolt from 127.0.0.1:${port}`)));
    socket.on('data', (bytes: Buffer) => {
      received = Buffer.concat([received, bytes]);
      if (received.length < MIN_RESPONSE_BYTES) return;
      socket.destroy();
      resolve(received.readUInt16BE(STATUS_OFFSET));
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error(`127.0.0.1:${port} closed the connection without an answer`)));
  });
}

/** Length and bytes of each name and value, one after the other. */
function headerMap(values: Readonly<Record<string, string>>): Buffer {
  return Buffer.concat(
    Object.entries(values)
      .flat()
      .flatMap((text) => {
        const length = Buffer.alloc(4);
        length.writeUInt32BE(Buffer.byteLength(text));
        return [length, Buffer.from(text)];
      }),
  );
}
