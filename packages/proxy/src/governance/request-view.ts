import { normalPath } from '@weft/kit/http-path';
import type { SystemField } from '@weft/schema/wire';
import {
  baggageOf,
  httpServiceId,
  type RequestHead,
  RuleDirection,
  type RuleNode,
  type RuleRequest,
  type UnreadCall,
} from '@weft/sdk';

/** The connection that a request came over: its number, and its ends as `ip:port`. */
export interface RequestPeer {
  readonly id: number;
  readonly remoteAddress: string;
  readonly localAddress: string;
}

const NO_PEER: RequestPeer = { id: 0, remoteAddress: '', localAddress: '' };

const SOFA_CALLER_APP = 'rpc_trace_context.sofaCallerApp';
const CALLER_APP = 'x-weft-source-app';
const TARGET_APP = 'sofa_head_target_app';

/** A request of the engine as rules see it. One per thread and direction; points at one request at a time. */
export class RequestView implements RuleRequest {
  nowMs = 0;
  isHttp = false;
  unread: UnreadCall | null = null;
  node: RuleNode;
  readonly #direction: RuleDirection;
  #head!: RequestHead;
  #peer: RequestPeer = NO_PEER;

  constructor(direction: RuleDirection, node: RuleNode) {
    this.#direction = direction;
    this.node = node;
  }

  point(head: RequestHead, peer: RequestPeer, nowMs: number): void {
    this.#head = head;
    this.#peer = peer;
    this.nowMs = nowMs;
    this.isHttp = head.family === 'http';
    this.unread = null;
  }

  get host(): string {
    return this.#head.authority;
  }

  get service(): string {
    return this.#head.service;
  }

  get method(): string {
    const head = this.#head;
    if (!this.isHttp) return head.method;
    if (head.service === '') return '';
    const { path } = this;
    return path.slice(path.lastIndexOf('/') + 1);
  }

  get httpMethod(): string {
    return this.isHttp ? this.#head.method : '';
  }

  get path(): string {
    const { path } = this.#head;
    const query = path.indexOf('?');
    return normalPath(query < 0 ? path : path.slice(0, query));
  }

  get localPort(): number {
    const { localAddress } = this.#peer;
    return Number(localAddress.slice(localAddress.lastIndexOf(':') + 1)) || 0;
  }

  get connectionId(): number {
    return this.#peer.id;
  }

  get timeoutMs(): number {
    return Math.max(0, this.#head.timeoutMs);
  }

  header(name: string): string {
    const head = this.#head;
    if (!this.isHttp) return head.get(name) ?? '';
    const values = head.getAll(name);
    return values.length < 2 ? (values[0] ?? '') : values.join(',');
  }

  baggage(name: string): string {
    return baggageOf(this, name);
  }

  label(name: string): string {
    return this.#direction === RuleDirection.CLIENT ? (this.node.labels[name] ?? '') : '';
  }

  system(field: SystemField): string {
    const inbound = this.#direction === RuleDirection.SERVER;
    switch (field) {
      case 'traffic.type':
        return this.header('x-weft-traffic-type') === 'test' || this.baggage('mark') === 'T' ? 'test' : 'online';
      case 'source.app.name':
        return inbound ? this.header(CALLER_APP) || (this.isHttp ? '' : this.header(SOFA_CALLER_APP)) : this.node.app;
      case 'source.ip':
        return inbound || this.node.ip === '' ? ipOf(this.#peer.remoteAddress) : this.node.ip;
      case 'destination.app.name':
        return inbound ? this.node.app : this.header(TARGET_APP);
      case 'destination.service.name':
        return this.#serviceName();
      case 'destination.method.name':
        return this.method || this.httpMethod;
      case 'destination.ip':
        return inbound ? ipOf(this.#peer.localAddress) : '';
      case 'http.method':
        return this.httpMethod;
      case 'http.path':
        return this.path;
      default:
        return '';
    }
  }

  #serviceName(): string {
    const { service } = this;
    // `@DEFAULT` is what the id of a SOFA service ends in; requests leave it out. `boltDataId` says the same, and data threads load no schema.
    if (!this.isHttp) return service === '' || service.includes('@') ? service : `${service}@DEFAULT`;
    return httpServiceId(this.host, service);
  }
}

function ipOf(address: string): string {
  const colon = address.lastIndexOf(':');
  return (colon < 0 ? address : address.slice(0, colon)).replace(/^\[|\]$/g, '').replace(/^::ffff:(?=\d+\.)/, '');
}
