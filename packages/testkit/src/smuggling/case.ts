/**
 * One attempt to make two parties see different messages in the same bytes. Strings are bytes, one character each.
 *
 * - `rejected`: no host acts on it. What a host saw before that is in `upstream`.
 * - `normalised`: forwarded in a form that only has one reading.
 * - `forwarded`: unambiguous already; the bytes go out as they came.
 */
export type Expected = 'rejected' | 'normalised' | 'forwarded';

interface CaseBase {
  readonly id: string;
  /** RFC section that decides it, or the class of advisory it comes from. */
  readonly source: string;
  readonly expected: Expected;
}

/** A caller sends `bytes`; the host answers every complete request with an empty 200. */
export interface RequestCase extends CaseBase {
  readonly direction: 'request';
  readonly bytes: string;
  /** Everything that hosts receive, over all connections, in order. */
  readonly upstream: string;
  /** Status of the last answer that the caller gets; 0: none, the message is still incomplete. */
  readonly status: number;
  /** What the caller still owes is never sent; the last message in `upstream` has no end. */
  readonly incomplete?: true;
}

/** The host answers `request` with `bytes`; the caller asks once more and must then get an honest answer. */
export interface ResponseCase extends CaseBase {
  readonly direction: 'response';
  readonly request: string;
  readonly bytes: string;
  /** The host closes its connection behind `bytes`. */
  readonly close?: true;
  /**
   * What the caller receives for it. For a rejected one whose head came alone: as far as it was sound. '' means an answer 502 of
   * the proxy, and so does a rejected one that came all at once.
   */
  readonly downstream: string;
  /** The connection to the host may carry another request. */
  readonly reusable: boolean;
}

/** A head that arrived as counted names and values (HTTP/2), to be sent as text. */
export interface DowngradeCase extends CaseBase {
  readonly direction: 'downgrade';
  readonly method: string;
  readonly path: string;
  readonly authority: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Body length announced, -1 for none. */
  readonly contentLength: number;
  readonly body: string | null;
  readonly trailers?: readonly (readonly [name: string, value: string])[];
  readonly upstream: string;
}

export type SmugglingCase = RequestCase | ResponseCase | DowngradeCase;

export const NEXT = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n';

export function chunk(data: string): string {
  return `${data.length.toString(16)}\r\n${data}\r\n`;
}
