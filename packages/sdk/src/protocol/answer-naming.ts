import type { HeaderMap, RequestHead, ResponseHead } from './headers.ts';
import type { LocalReply } from './local-reply.ts';

/**
 * What a protocol itself calls the outcome of a call, for people who look at a single one: the number and the name that its own
 * clients and documents have, such as `4 SERVER_THREADPOOL_BUSY`. '' where the HTTP-like status is all there is. Pure, asked
 * for few requests, never on the way of one.
 */
export interface AnswerNaming {
  /** Of an answer, by its head; also by one that was put together. */
  ofHead(head: ResponseHead): string;
  /** By what stands behind the body. Absent: nothing there says how the call ended. */
  ofTrailers?(trailers: HeaderMap): string;
  /**
   * Of an answer that the proxy gives itself, as the caller reads it.
   *
   * @param config entry of the protocol in `extend_config`
   */
  ofReply(request: RequestHead, reply: LocalReply, config: unknown): string;
}

/** `4 SERVER_THREADPOOL_BUSY` for 4, by a table of names and numbers; a number that has no name alone. */
export function numberedNames(table: Readonly<Record<string, number>>): (status: number) => string {
  const names = new Map(Object.entries(table).map(([name, status]) => [status, name]));
  return (status) => {
    const name = names.get(status);
    return name === undefined ? String(status) : `${status} ${name}`;
  };
}
