/** ns per operation. Run: `node --conditions=@weft/source packages/telemetry/src/stats/record.bench.ts` */
import { benchLoop } from '../bench-loop.ts';
import { renderPrometheus } from '../prometheus/index.ts';
import { durationBucket, statusCell } from './buckets.ts';
import { DOWNSTREAM, UPSTREAM } from './cells.ts';
import { recordDownstreamRequest } from './record.ts';
import { openStats } from './segments.ts';
import { StatsStore } from './store.ts';

const store = new StatsStore(2);
const listener = openStats(store.allocate('downstream', { listener: 'a', port: '80' }).ref(0));

benchLoop('stats[DOWNSTREAM.request_total]++', () => listener[DOWNSTREAM.request_total]!++);
benchLoop('stats[statusCell(status)]++', (i) => listener[statusCell(200 + (i & 255))]!++);
benchLoop('stats[durationBucket(ms)]++', (i) => listener[durationBucket((i % 1000) / 50)]!++);
benchLoop('recordDownstreamRequest', (i) => recordDownstreamRequest(listener, 200, (i % 1000) / 50, 0.03));

for (let i = 0; i < 660; i++)
  openStats(store.allocate('upstream', { cluster: `cluster-${i}` }).ref(0))[UPSTREAM.request_total] = i;
benchLoop('renderPrometheus, about 20 000 series', () => renderPrometheus(store).length);
