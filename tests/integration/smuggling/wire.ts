/**
 * The simplest possible reader of HTTP/1.1, made for judging what a codec sent: it knows the forms that are allowed to
 * reach a host or a caller, shares no code with the codec, and says so when it meets anything else.
 */
export interface Message {
  /** Start line and fields, with the empty line. */
  readonly head: string;
  readonly body: string;
  readonly trailers: string;
}

export interface Reading {
  readonly messages: readonly Message[];
  /** What is left behind the last complete message. */
  readonly rest: string;
}

/** @param bodiless whether the message with this index has no body whatever its head says (an answer to HEAD). */
export function readMessages(bytes: string, bodiless: (index: number, head: string) => boolean = () => false): Reading {
  const messages: Message[] = [];
  let at = 0;
  for (;;) {
    const headEnd = bytes.indexOf('\r\n\r\n', at);
    if (headEnd < 0) break;
    const head = bytes.slice(at, headEnd + 4);
    const from = headEnd + 4;
    const length = /\r\ncontent-length: (\d+)\r\n/i.exec(head)?.[1];
    const chunked = /\r\ntransfer-encoding: chunked\r\n/i.test(head);
    if (length !== undefined && chunked) throw new Error(`two lengths: ${JSON.stringify(head)}`);
    if (bodiless(messages.length, head) || (length === undefined && !chunked)) {
      messages.push({ head, body: '', trailers: '' });
      at = from;
    } else if (chunked) {
      const body = readChunks(bytes, from);
      if (body === null) break;
      messages.push({ head, body: body.text, trailers: body.trailers });
      at = body.end;
    } else {
      const end = from + Number(length);
      if (bytes.length < end) break;
      messages.push({ head, body: bytes.slice(from, end), trailers: '' });
      at = end;
    }
  }
  return { messages, rest: bytes.slice(at) };
}

function readChunks(bytes: string, start: number): { text: string; trailers: string; end: number } | null {
  let text = '';
  let at = start;
  for (;;) {
    const line = bytes.indexOf('\r\n', at);
    if (line < 0) return null;
    const size = bytes.slice(at, line);
    if (!/^[0-9a-f]+$/.test(size)) throw new Error(`chunk line ${JSON.stringify(size)}`);
    at = line + 2;
    if (size === '0') break;
    const end = at + Number.parseInt(size, 16);
    if (bytes.length < end + 2) return null;
    if (bytes.slice(end, end + 2) !== '\r\n') throw new Error('a chunk without end');
    text += bytes.slice(at, end);
    at = end + 2;
  }
  if (bytes.startsWith('\r\n', at)) return { text, trailers: '', end: at + 2 };
  const end = bytes.indexOf('\r\n\r\n', at);
  return end < 0 ? null : { text, trailers: bytes.slice(at, end + 2), end: end + 4 };
}

/** Complete requests in the bytes, whatever way their chunks were cut. */
export function requestsIn(bytes: string): readonly Message[] {
  return readMessages(bytes).messages;
}

/** Final and interim responses; `methods` are those of the requests in order. */
export function responsesIn(bytes: string, methods: readonly string[]): Reading {
  let final = 0;
  return readMessages(bytes, (_index, head) => {
    const status = Number(head.slice(9, 12));
    if (status < 200) return true;
    const method = methods[final++];
    return method === 'HEAD' || status === 204 || status === 304;
  });
}
