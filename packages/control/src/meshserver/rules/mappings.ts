import type { MappingTranscoder, ms } from '@weft/api';
import { ApiFailure, type Handlers } from '../../http/index.ts';
import type { MeshserverParts } from '../parts.ts';
import { checkBody } from './change-rules.ts';

/** Status of success of what the hosts behind a transcoder speak. */
const SUCCESS: Readonly<Record<MappingTranscoder, number>> = {
  dubbo_http: 200,
  bolt_http: 200,
  http_dubbo: 20,
  http_bolt: 0,
};

/** What concerns mappings alone. */
export function mappingHandlers({ rules }: MeshserverParts): Pick<Handlers<(typeof ms)['routes']>, 'tryMapping'> {
  return {
    async tryMapping({ body: { transcoder, mapping, request, answer } }) {
      const store = rules.bySegment('mapping');
      if (store?.kind.convert === undefined)
        throw new ApiFailure('NOT_FOUND', 'this control plane has no mappings: GET /openapi/v1/ms/rule-types');
      const body = checkBody(store, mapping, 'mapping');
      const asked = { service: '', method: '', types: [], path: '', headers: {}, body: '', ...request };
      const told =
        answer === undefined ? null : { status: SUCCESS[transcoder], headers: {}, body: '', exception: '', ...answer };
      return store.kind.convert(body, transcoder, asked, told);
    },
  };
}
