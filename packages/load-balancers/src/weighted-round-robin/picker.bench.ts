/** ns per pick. Run: `node --conditions=@weft/source packages/load-balancers/src/weighted-round-robin/picker.bench.ts` */
import { benchPicks } from '../common/bench-picks.ts';
import { weightedRoundRobin } from './index.ts';

benchPicks('weighted-round-robin', (hosts, seeded) => weightedRoundRobin.build(hosts, {}, seeded));
