import type { NodeIdentity } from '../wire/node.ts';
import type { Held } from './type-state.ts';

interface Rejected {
  readonly version: number;
  readonly reason: string;
}

/** Nodes with rejections that are remembered, and rejections of each. */
const MAX_NODES = 10_000;
const MAX_PER_NODE = 1000;

/**
 * Rejections outlive a connection, so that a reconnecting node is not sent again what it refused. A restarted node is
 * another one: its new version may accept it.
 */
export class Rejections {
  readonly #nodes = new Map<string, Map<string, Rejected>>();

  remember(node: NodeIdentity, typeUrl: string, name: string, version: number, reason: string): void {
    const id = `${node.id} ${node.startedAtMs}`;
    const ofNode = this.#nodes.get(id) ?? new Map<string, Rejected>();
    if (ofNode.size >= MAX_PER_NODE) return;
    ofNode.set(`${typeUrl} ${name}`, { version, reason });
    this.#nodes.delete(id);
    this.#nodes.set(id, ofNode);
    if (this.#nodes.size <= MAX_NODES) return;
    const [oldest] = this.#nodes.keys();
    this.#nodes.delete(oldest as string);
  }

  forget(node: NodeIdentity, typeUrl: string, name: string): void {
    if (this.#nodes.size === 0) return;
    const id = `${node.id} ${node.startedAtMs}`;
    const ofNode = this.#nodes.get(id);
    if (ofNode?.delete(`${typeUrl} ${name}`) && ofNode.size === 0) this.#nodes.delete(id);
  }

  /** After a reconnect: what was sent last is what it rejected, so the same version is not sent. */
  recall(node: NodeIdentity, typeUrl: string, name: string, held: Held): void {
    const rejected = this.#nodes.get(`${node.id} ${node.startedAtMs}`)?.get(`${typeUrl} ${name}`);
    if (rejected === undefined || rejected.version <= held.sent) return;
    held.sent = rejected.version;
    held.rejectedVersion = rejected.version;
    held.rejectedReason = rejected.reason;
  }
}
