/** ns per pick. Run: `node --conditions=@weft/source packages/load-balancers/src/round-robin/picker.bench.ts` */
import { benchPicks } from '../common/bench-picks.ts';
import { roundRobin } from './index.ts';

benchPicks('round-robin', (hosts, seeded) => roundRobin.build(hosts, {}, seeded));
