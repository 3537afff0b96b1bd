import type { RequestHead, ResponseHead } from '@weft/sdk';
import { RpcHead } from '../common/rpc-head.ts';

/** The head of a message without one: every field empty, what is set is forgotten. One object serves all connections. */
class EmptyHead extends RpcHead {
  get protocol(): string {
    return 'tcp';
  }

  get family(): 'raw' {
    return 'raw';
  }

  get contentLength(): number {
    return -1;
  }

  get wireBytes(): number {
    return 0;
  }

  get(_name: string): undefined {
    return undefined;
  }

  getAll(_name: string): readonly string[] {
    return NONE;
  }

  set(_name: string, _value: string): void {}
  add(_name: string, _value: string): void {}
  remove(_name: string): void {}
  forEach(_visit: (name: string, value: string) => void): void {}
  keep(): void {}

  get readable(): boolean {
    return true;
  }
}

const NONE: readonly string[] = Object.freeze([]);

class TcpRequestHead extends EmptyHead implements RequestHead {
  get method(): string {
    return '';
  }

  set method(_value: string) {}

  get service(): string {
    return '';
  }

  get oneWay(): boolean {
    return false;
  }

  /** A connection lives as long as its ends want. */
  get timeoutMs(): number {
    return -1;
  }
}

class TcpResponseHead extends EmptyHead implements ResponseHead {
  get status(): number {
    return 200;
  }

  get nativeStatus(): number {
    return 0;
  }

  get applicationError(): boolean {
    return false;
  }
}

export const REQUEST_HEAD: RequestHead = new TcpRequestHead();
export const RESPONSE_HEAD: ResponseHead = new TcpResponseHead();
