import type { ListenerSlot } from '../exchange/index.ts';
import type { Acceptor } from '../net/index.ts';

/** A listener of a data thread. */
export interface ListenerState {
  readonly slot: ListenerSlot;
  acceptor: Acceptor | null;
  /** New connections are wanted. */
  bound: boolean;
}

/** Whether connections of a listener carry bytes without messages. */
export function isBulk(listener: ListenerState): boolean {
  return listener.slot.runtime.plan.bindings.every((binding) => binding.protocol.pooling === 'bound');
}
