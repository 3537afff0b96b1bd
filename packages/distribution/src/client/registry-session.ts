import { randomUUID } from 'node:crypto';
import { noopLogger, systemClock } from '@weft/kit';
import type { Publication } from '../wire/registry.ts';
import { decodeRegistryServer, encodeRegistryClient, REGISTRY_METHOD } from '../wire/registry-messages.ts';
import type { LinkStream, PublicationState, RegistrySession, RegistrySessionOptions } from './contract.ts';

const LEASE_SECONDS = 10;
/** At most; a third of a lease that is shorter than three of these. */
const RENEW_MS = 3000;
const MAX_PUBLICATIONS = 10_000;
const CLOSE_WAIT_MS = 1000;
/** So many leases without an answer, and the connection is given up: a peer that is cut off does not say so. */
const SILENT_LEASES = 3;

interface Entry {
  readonly publication: Publication;
  state: PublicationState;
  reason: string;
}

/** Keeps what an application publishes in the registry for as long as this process lives. */
export function createRegistrySession(options: RegistrySessionOptions): RegistrySession {
  const { link, sessionId = randomUUID(), leaseSeconds = LEASE_SECONDS, events = {} } = options;
  const clock = options.clock ?? systemClock;
  const log = options.log ?? noopLogger;
  const entries = new Map<string, Entry>();
  let stream: LinkStream | undefined;
  let cancelRenew: (() => void) | undefined;
  let onEnd: (() => void) | undefined;
  const renewIntervalMs = options.renewIntervalMs ?? Math.min(RENEW_MS, (leaseSeconds * 1000) / 3);
  /** Counted, not timed: while this process stood still nobody owed it an answer. */
  const maxUnanswered = Math.ceil((SILENT_LEASES * leaseSeconds * 1000) / renewIntervalMs);
  let unanswered = 0;
  let oldestMs = 0;

  const renew = (): void => {
    cancelRenew = clock.schedule(renewIntervalMs, () => {
      if (unanswered >= maxUnanswered) {
        log.warn({ renewals: unanswered }, 'the registry has answered none of the last renewals');
        link.reconnect();
        return;
      }
      if (unanswered++ === 0) oldestMs = clock.now();
      stream?.send(encodeRegistryClient({ kind: 'renew' }));
      renew();
    });
  };
  const detach = link.attach(REGISTRY_METHOD, {
    open(opened) {
      stream = opened;
      unanswered = 0;
      opened.send(encodeRegistryClient({ kind: 'hello', sessionId, leaseSeconds, asks: options.asks?.() ?? [] }));
      for (const { publication } of entries.values()) {
        opened.send(encodeRegistryClient({ kind: 'publish', publication }));
      }
      renew();
    },
    message(bytes) {
      let answer: ReturnType<typeof decodeRegistryServer>;
      try {
        answer = decodeRegistryServer(bytes);
      } catch (error) {
        log.warn({ err: error }, 'an answer of the registry is malformed');
        stream?.abort('malformed answer');
        return;
      }
      unanswered = 0;
      if (answer.kind === 'goaway') link.retreat(answer.reconnectAfterMs, 'the registry goes away');
      else if (answer.kind !== 'renewed') {
        const entry = entries.get(answer.registId);
        if (answer.kind === 'accepted') {
          if (entry !== undefined) Object.assign(entry, { state: 'accepted', reason: '' });
          events.accepted?.(answer.registId, answer.version);
        } else {
          if (entry !== undefined) Object.assign(entry, { state: 'refused', reason: answer.reason });
          log.warn({ registId: answer.registId, reason: answer.reason }, 'the registry refused a publication');
          events.refused?.(answer.registId, answer.reason);
        }
      }
    },
    drain() {},
    end() {
      stream = undefined;
      unanswered = 0;
      cancelRenew?.();
      cancelRenew = undefined;
      for (const entry of entries.values()) if (entry.state === 'accepted') entry.state = 'waiting';
      onEnd?.();
    },
  });

  return {
    sessionId,
    publish(publication) {
      const { registId } = publication;
      if (!entries.has(registId) && entries.size >= MAX_PUBLICATIONS) {
        throw new RangeError(`more than ${MAX_PUBLICATIONS} publications in one session`);
      }
      entries.set(registId, { publication, state: 'waiting', reason: '' });
      stream?.send(encodeRegistryClient({ kind: 'publish', publication }));
    },
    unpublish(registId) {
      if (entries.delete(registId)) stream?.send(encodeRegistryClient({ kind: 'unpublish', registId }));
    },
    get silentMs() {
      return unanswered === 0 ? 0 : Math.min(clock.now() - oldestMs, unanswered * renewIntervalMs);
    },
    publications: () => [...entries.values()].map((entry) => ({ ...entry })),
    async close() {
      cancelRenew?.();
      const open = stream;
      if (open !== undefined) {
        for (const registId of entries.keys()) open.send(encodeRegistryClient({ kind: 'unpublish', registId }));
        entries.clear();
        await new Promise<void>((resolve) => {
          const cancel = clock.schedule(CLOSE_WAIT_MS, resolve);
          onEnd = () => {
            cancel();
            resolve();
          };
          open.finish();
        });
      }
      entries.clear();
      detach();
    },
  };
}
