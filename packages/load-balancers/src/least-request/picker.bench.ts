/** ns per pick. Run: `node --conditions=@weft/source packages/load-balancers/src/least-request/picker.bench.ts` */
import { benchPicks } from '../common/bench-picks.ts';
import { leastRequest } from './index.ts';

benchPicks('least-request', (hosts, seeded) => leastRequest.build(hosts, {}, seeded));
