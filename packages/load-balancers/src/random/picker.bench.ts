/** ns per pick. Run: `node --conditions=@weft/source packages/load-balancers/src/random/picker.bench.ts` */
import { benchPicks } from '../common/bench-picks.ts';
import { random } from './index.ts';

benchPicks('random', (hosts, seeded) => random.build(hosts, {}, seeded));
