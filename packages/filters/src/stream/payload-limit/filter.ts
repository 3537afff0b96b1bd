import { type StreamContext, type StreamFilter, type StreamFilterFactory, Verdict } from '@weft/sdk';
import type { PayloadLimitConfig } from './schema.ts';

export const NAME = 'payload_limit';

export function createPayloadLimit(config: PayloadLimitConfig): StreamFilterFactory {
  return () => new PayloadLimitFilter(config);
}

class PayloadLimitFilter implements StreamFilter {
  #config: PayloadLimitConfig;
  #bytes = 0;

  constructor(config: PayloadLimitConfig) {
    this.#config = config;
  }

  /** A length that is announced decides before any byte of the body is read. */
  afterRoute(context: StreamContext): Verdict {
    const routeConfig = context.routeConfig(NAME) as PayloadLimitConfig | undefined;
    if (routeConfig !== undefined) this.#config = routeConfig;
    return this.#check(context, context.request.contentLength);
  }

  onRequestData(context: StreamContext, chunk: Uint8Array): Verdict {
    this.#bytes += chunk.length;
    return this.#check(context, this.#bytes);
  }

  #check(context: StreamContext, bytes: number): Verdict {
    const { max_entity_size: maxBytes, http_status: status } = this.#config;
    if (maxBytes === 0 || bytes <= maxBytes) return Verdict.CONTINUE;
    context.addFlag('ReqEntityTooLarge');
    // The host answered before it had the whole body: there is no second answer.
    if (context.response !== null) return Verdict.TERMINATE;
    context.reply({ status, code: 'body_too_large' });
    return Verdict.REPLIED;
  }
}
