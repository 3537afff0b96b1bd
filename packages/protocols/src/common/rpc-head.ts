/**
 * What the heads of RPC protocols say of all that only documents have: a call has a service, a method and headers. Bytes without messages have
 * none of it either.
 */
export abstract class RpcHead {
  get authority(): string {
    return '';
  }

  /** What a route would put there has no place on the wire; that of a path has none either. */
  set authority(_value: string) {}

  get path(): string {
    return '';
  }

  set path(_value: string) {}

  get scheme(): string {
    return '';
  }

  get upgrade(): string {
    return '';
  }

  get expectsContinue(): boolean {
    return false;
  }

  /** Nothing on the wire says that a call may run twice. */
  get idempotent(): boolean {
    return false;
  }

  get switchesProtocol(): boolean {
    return false;
  }
}
