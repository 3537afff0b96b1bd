import type { Logger } from '@weft/kit';
import type { ServerStream, StreamStatus } from '../transport/stream.ts';
import { STATUS } from '../transport/stream.ts';
import type { NodeIdentity } from '../wire/node.ts';
import type { PeerHandler, ServerPeer, StreamService } from './contract.ts';

export interface TypedMethod<In, Out> {
  readonly service: StreamService<In, Out>;
  readonly decode: (bytes: Uint8Array) => In;
  readonly encode: (message: Out) => Uint8Array;
}

/** Binds an open stream to the owner of its messages. `over` is called once, at the end. */
export function servePeer<In, Out>(
  stream: ServerStream,
  node: NodeIdentity,
  method: TypedMethod<In, Out>,
  maxQueued: number,
  log: Logger,
  over: () => void,
): { close(status: StreamStatus): void } {
  const queue: Uint8Array[] = [];
  let blocked = false;
  let open = true;
  let handler: PeerHandler<In> | undefined;

  const ended = (status: StreamStatus): void => {
    if (!open) return;
    open = false;
    queue.length = 0;
    over();
    handler?.closed(status);
  };
  const close = (status: StreamStatus): void => {
    if (!open) return;
    stream.close(status);
    ended(status);
  };
  const peer: ServerPeer<Out> = {
    node,
    peer: stream.peer,
    send(message) {
      if (!open) return false;
      const bytes = method.encode(message);
      if (!blocked) {
        blocked = !stream.send(bytes);
        return !blocked;
      }
      if (queue.length >= maxQueued) {
        close({ code: STATUS.resourceExhausted, message: `${maxQueued} messages wait for a peer that does not read` });
      } else queue.push(bytes);
      return false;
    },
    close,
  };
  handler = method.service(peer);
  stream.listen({
    message(bytes) {
      if (!open) return;
      let message: In;
      try {
        message = method.decode(bytes);
      } catch (error) {
        log.warn({ node: node.id, err: error }, 'closing a stream after a malformed message');
        close({ code: STATUS.invalidArgument, message: (error as Error).message });
        return;
      }
      handler.message(message);
    },
    drain() {
      blocked = false;
      while (!blocked && queue.length > 0) blocked = !stream.send(queue.shift() as Uint8Array);
    },
    end: ended,
  });
  return { close };
}
