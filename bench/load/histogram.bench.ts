/** Recording must be cheap beside a request, or the generator measures itself. */
import { Histogram } from './histogram.ts';

const histogram = new Histogram();
let at = 0;

export const benchmarks = {
  'record 1000 latencies': () => {
    for (let count = 0; count < 1000; count++) {
      at = (at + 7919) % 100_000;
      histogram.record(at / 1000);
    }
  },
};
