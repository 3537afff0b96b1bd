import type { ms } from '@weft/api';
import { ApiFailure, type Handlers, invalid } from '../../http/index.ts';
import type { MeshserverParts } from '../parts.ts';
import { pointOf } from '../rules/change-rules.ts';
import { backtest } from './backtest.ts';
import { recentRequests, traceRequest } from './trace.ts';
import { whyRule } from './why.ts';

type RecordHandlers = Pick<
  Handlers<(typeof ms)['routes']>,
  'listRecordedRequests' | 'traceRequest' | 'backtestRule' | 'whyRule'
>;

const USUAL_SIZE = 100;
/** Backtests at one time: each holds what proxies sent. */
const MAX_BACKTESTS = 2;

/** What proxies remember of requests that they served. */
export function recordHandlers(parts: MeshserverParts): RecordHandlers {
  let backtests = 0;
  return {
    listRecordedRequests: ({ caller, query }) =>
      recentRequests(parts, caller, { ...query, size: query.size ?? USUAL_SIZE }),
    traceRequest({ caller, params }) {
      if (params.traceId.trim() !== params.traceId)
        throw invalid('/traceId', 'found blanks around it, expected the id alone');
      return traceRequest(parts, caller, params.traceId);
    },
    async backtestRule({ caller, body }) {
      if (backtests >= MAX_BACKTESTS)
        throw new ApiFailure('LIMIT_REACHED', `${MAX_BACKTESTS} rules are being tried already`, {
          headers: { 'retry-after': '2' },
        });
      backtests++;
      try {
        return await backtest(parts, caller, body);
      } finally {
        backtests--;
      }
    },
    whyRule({ caller, query }) {
      const store = parts.rules.bySegment(query.type);
      if (store === null) throw new ApiFailure('NOT_FOUND', `this control plane has no rules of type "${query.type}"`);
      caller.require(pointOf(store, 'read'));
      return whyRule(parts, caller, store, query.id);
    },
  };
}
