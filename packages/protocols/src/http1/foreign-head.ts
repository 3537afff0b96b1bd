import type { HeaderMap, RequestHead, ResponseHead } from '@weft/sdk';
import { isHopHeader } from '../common/http/hop-headers.ts';
import {
  isAuthority,
  isFieldValue,
  isLowerToken,
  isOriginTarget,
  isToken,
  parseContentLength,
} from '../common/http/tokens.ts';
import { MAX_METHOD_BYTES } from './frame.ts';

/**
 * Turns a head that another codec decoded into lines of this one.
 *
 * HTTP/2 carries names and values as counted bytes; here a line end inside one of them would begin a new field, or a new
 * request. So nothing is taken on trust: whatever would not be read back exactly as it was meant is refused, never mended.
 */
export class ForeignHead {
  /** The field lines, valid after a check that gave true. */
  lines = '';
  #request = false;
  #sound = true;
  #authority = '';
  #cookie = '';
  #lengths = 0;
  #announced = -1;
  #expectsContinue = false;
  #teTrailers = false;

  readonly #visit = (name: string, value: string): void => {
    if (!this.#sound) return;
    this.#sound = this.#field(name, value);
  };

  /**
   * Checks a request and makes `lines`, request line included, without the framing field.
   * @param body whether one follows; without it there is nothing to expect.
   * @returns false when it must not be sent.
   */
  request(head: RequestHead, body: boolean): boolean {
    const { method, authority, path } = head;
    if (!isToken(method) || method.length > MAX_METHOD_BYTES || !isAuthority(authority)) return false;
    const connect = method === 'CONNECT';
    if (connect) {
      // Extended CONNECT (RFC 8441) has no form here, and a tunnel needs a port.
      if (head.upgrade !== 'connect' || !/:[0-9]+$/.test(authority)) return false;
    } else if (!isOriginTarget(path) || (path === '*' && method !== 'OPTIONS') || method.toUpperCase() === 'CONNECT') {
      return false;
    }
    if (!this.#collect(head, true, authority, head.contentLength, body && head.expectsContinue)) return false;
    const cookie = this.#cookie === '' ? '' : `cookie: ${this.#cookie}\r\n`;
    const te = this.#teTrailers ? 'connection: te\r\nte: trailers\r\n' : '';
    this.lines = `${method} ${connect ? authority : path} HTTP/1.1\r\nhost: ${this.#authority}\r\n${this.lines}${cookie}${te}`;
    return true;
  }

  /** Checks a response and makes `lines`, without status line and framing field. */
  response(head: ResponseHead): boolean {
    const { status } = head;
    if (!Number.isInteger(status) || status < 100 || status > 999) return false;
    return this.#collect(head, false, '', head.contentLength, false);
  }

  #collect(
    head: HeaderMap,
    request: boolean,
    authority: string,
    contentLength: number,
    expectsContinue: boolean,
  ): boolean {
    this.lines = '';
    this.#request = request;
    this.#sound = true;
    this.#authority = authority;
    this.#cookie = '';
    this.#lengths = 0;
    this.#announced = contentLength;
    this.#expectsContinue = expectsContinue;
    this.#teTrailers = false;
    head.forEach(this.#visit);
    return this.#sound;
  }

  #field(name: string, value: string): boolean {
    if (!isLowerToken(name) || !isFieldValue(value)) return false;
    if (isHopHeader(name)) {
      if (name !== 'te' || !this.#request || value.toLowerCase() !== 'trailers') return false;
      this.#teTrailers = true;
      return true;
    }
    switch (name) {
      case 'content-length':
        return this.#lengths++ === 0 && parseContentLength(value) === this.#announced && this.#announced >= 0;
      case 'content_length':
      case 'transfer_encoding':
        return false;
      case 'host':
        if (!this.#request) break;
        if (this.#authority === '' && isAuthority(value)) {
          this.#authority = value;
          return true;
        }
        return value.toLowerCase() === this.#authority.toLowerCase();
      case 'cookie':
        if (!this.#request) break;
        this.#cookie = this.#cookie === '' ? value : `${this.#cookie}; ${value}`;
        return true;
      case 'expect':
        if (!this.#request) break;
        if (value.toLowerCase() !== '100-continue') return false;
        if (!this.#expectsContinue) return true;
        break;
      default:
    }
    this.lines += `${name}: ${value}\r\n`;
    return true;
  }
}
