import {
  CopyResult,
  type HeaderMap,
  PlainRequestHead,
  type RequestCopy,
  type RequestHead,
  type WantedCopy,
} from '@weft/sdk';
import { type BehindTask, Pressure } from '../net/index.ts';
import { CopyRun } from './copy-run.ts';
import type { DataPlane } from './environment.ts';

/** Told by the framing of a copy, or by nobody. */
const NOT_COPIED = new Set(['content-length', 'transfer-encoding', 'connection', 'expect', 'host', 'upgrade']);

const TOO_LONG = 'the body is too long';
const TOO_BUSY = 'too many copies wait for the requests';

/** The body of a request that is copied: one for all its copies. */
export interface CopiedBody {
  readonly chunks: readonly Buffer[];
  readonly bytes: number;
  readonly trailers: HeaderMap | null;
}

/**
 * Gathers a request for the copies that rules want of it, beside its own way. Copies are sent once the request has been sent
 * as a whole, behind the writes of all requests of that turn of the event loop; nothing that becomes of them reaches the request.
 */
export class Copies implements BehindTask {
  readonly #plane: DataPlane;
  readonly #wanted: readonly WantedCopy[];
  #head: RequestHead;
  readonly #maxBytes: number;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #trailers: HeaderMap | null = null;
  /** Why nothing is kept of the body, and no copy is sent; '' while there is no reason. */
  #dropped = '';
  #sent = false;
  /** Copies that use the body. */
  #users = 0;

  /** @param head as it is sent now; it is kept */
  constructor(plane: DataPlane, wanted: readonly WantedCopy[], head: RequestHead) {
    this.#plane = plane;
    this.#wanted = [...wanted];
    this.#maxBytes = Math.max(...wanted.map(({ copy }) => copy.maxBodyBytes));
    head.keep();
    this.#head = head;
  }

  sendData(chunk: Uint8Array): void {
    if (this.#dropped !== '' || this.#sent || chunk.length === 0) return;
    if (this.#bytes + chunk.length > this.#maxBytes) this.#drop(TOO_LONG);
    else if (this.#plane.context.pressure !== Pressure.NONE) this.#drop('the proxy is short of memory');
    else this.#keep(chunk);
  }

  #drop(reason: string): void {
    this.#dropped = reason;
    this.#release();
  }

  #keep(chunk: Uint8Array): void {
    this.#chunks.push(Buffer.from(chunk));
    this.#bytes += chunk.length;
    this.#plane.context.keptBytes += chunk.length;
  }

  sendTrailers(trailers: HeaderMap): void {
    trailers.keep();
    this.#trailers = trailers;
  }

  /** The request is on its way as a whole. */
  send(): void {
    if (this.#sent) return;
    this.#sent = true;
    if (this.#plane.context.behind(this)) return;
    this.#drop(TOO_BUSY);
    this.run();
  }

  /** The request is over; what has not been sent never will be. */
  end(): void {
    if (!this.#sent) this.#release();
  }

  /** @internal */
  run(): void {
    this.#users++;
    if (this.#head.family === 'http' && this.#dropped === '') this.#head = plainHead(this.#head);
    for (const { copy, note } of this.#wanted) {
      for (let i = 0; i < copy.times; i++) {
        try {
          this.#sendOne(copy, note);
        } catch (error) {
          this.#plane.onFilterFault('copy', error);
        }
      }
    }
    this.#done();
  }

  #sendOne(copy: RequestCopy, note: string): void {
    const { cluster: name, addresses } = copy;
    const drop = (reason: string): void =>
      copy.onCopied(CopyResult.DROPPED, 0, name || addresses.join(','), reason, note);
    if (this.#dropped !== '') return drop(this.#dropped);
    if (this.#bytes > copy.maxBodyBytes) return drop(TOO_LONG);
    const cluster = name === '' ? this.#plane.addressClusters.of(addresses) : this.#plane.cluster(name);
    if (cluster === undefined) return drop('no such cluster');
    const binding = this.#plane.protocol(this.#head.protocol);
    if (binding === undefined) return drop('no protocol');
    const count = copy.toEveryHost ? cluster.hosts.length : 1;
    if (count === 0) return drop('no host');
    const { context, copyRests } = this.#plane;
    for (let i = 0; i < count; i++) {
      const host = copy.toEveryHost ? (cluster.hosts[i] ?? null) : copyRests.choose(cluster, context.now);
      if (host === null) return drop('no healthy host');
      const restMs = copyRests.restMs(host, context.now);
      if (restMs > 0) {
        const reason = `after copies that failed; tried again in ${Math.ceil(restMs / 1000)} s`;
        copy.onCopied(CopyResult.RESTED, 0, host.address, reason, note);
        continue;
      }
      if (copy.pending >= copy.maxPending) return drop('too many copies are under way');
      this.#users++;
      const body: CopiedBody = { chunks: this.#chunks, bytes: this.#bytes, trailers: this.#trailers };
      const run = new CopyRun(context, copyRests, copy, note, this.#head, body, () => this.#done());
      run.start(cluster, host, binding);
    }
  }

  #done(): void {
    if (--this.#users === 0) this.#release();
  }

  #release(): void {
    this.#plane.context.keptBytes -= this.#bytes;
    this.#bytes = 0;
    this.#chunks.length = 0;
  }
}

/** A head of its own: what copies change, the request does not see. */
function plainHead(head: RequestHead): PlainRequestHead {
  const pairs: [string, string][] = [];
  head.forEach((name, value) => {
    if (!NOT_COPIED.has(name)) pairs.push([name, value]);
  });
  const { method, authority, path, scheme, service, timeoutMs, idempotent } = head;
  return new PlainRequestHead(
    head.protocol,
    head.family,
    { method, authority, path, scheme, service, timeoutMs, idempotent },
    pairs,
  );
}
