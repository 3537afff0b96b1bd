import type { LocalReply, RequestHead } from '@weft/sdk';
import { H2RequestHead, H2ServerConnection, H2ServerStream } from '../common/h2/index.ts';
import { namesService, PROTOCOL_NAME, serviceName, timeoutOf } from './identity.ts';
import { toTripleReply } from './local-replies.ts';

/** A request of Triple over HTTP/2: the fields of its head, read as Dubbo reads them. */
export class TripleRequestHead extends H2RequestHead {
  /** What `service` was made of last. */
  #path: string | null = null;
  #name = '';

  override get protocol(): string {
    return PROTOCOL_NAME;
  }

  /** `interface[:version][:group]@tri`; '' for a request that calls no method. */
  override get service(): string {
    const name = this.#serviceName();
    return name === '' ? '' : `${name}@${PROTOCOL_NAME}`;
  }

  override get timeoutMs(): number {
    return super.timeoutMs || timeoutOf(this);
  }

  /** `service` is the name that the head gives it, without its protocol. */
  override get(name: string): string | undefined {
    if (name === 'service') return this.#serviceName() || super.get(name);
    return super.get(name);
  }

  override set(name: string, value: string): void {
    super.set(name, value);
    if (namesService(name)) this.#path = null;
  }

  override add(name: string, value: string): void {
    super.add(name, value);
    if (namesService(name)) this.#path = null;
  }

  override remove(name: string): void {
    super.remove(name);
    if (namesService(name)) this.#path = null;
  }

  #serviceName(): string {
    if (this.#path !== this.path) {
      this.#path = this.path;
      this.#name = serviceName(this.path, this);
    }
    return this.#name;
  }
}

class TripleServerStream extends H2ServerStream {
  override sendLocalReply(request: RequestHead, reply: LocalReply): void {
    super.sendLocalReply(request, toTripleReply(request, reply));
  }
}

/** The downstream side over HTTP/2. */
export class TripleH2Server extends H2ServerConnection {
  protected override readonly requestHead = TripleRequestHead;

  protected override newStream(): H2ServerStream {
    return new TripleServerStream(this);
  }
}
