/**
 * The load generator as a process: takes one job as JSON and reports in JSON lines on standard output.
 *
 *   node main.ts '{"kind":"requests","protocol":"http1","port":8080,…}'
 *
 * Events: `measuring` and `measured` frame the measured part, `result` carries the outcome, `holding` says that a crowd
 * of connections stands; it stays until standard input ends. SIGTERM ends the measured part of `requests` early.
 */
import { openIdle, openSlowReaders, openSlowSenders } from './crowd.ts';
import { type LoadOptions, runLoad } from './generator.ts';
import { runStream, type StreamOptions } from './tcp-stream.ts';

/** One job of the generator. */
export type LoadJob =
  | ({ readonly kind: 'requests' } & LoadOptions)
  | ({ readonly kind: 'stream' } & StreamOptions)
  | { readonly kind: 'idle'; readonly port: number; readonly connections: number }
  | { readonly kind: 'slow'; readonly port: number; readonly readers: number; readonly senders: number };

function tell(event: string, data: object = {}): void {
  process.stdout.write(`${JSON.stringify({ event, ...data })}\n`);
}

async function hold(open: () => number, close: () => void): Promise<void> {
  tell('holding', { open: open() });
  process.stdin.resume();
  await new Promise((resolve) => process.stdin.once('end', resolve));
  tell('result', { open: open() });
  close();
}

const job = JSON.parse(process.argv[2] ?? '{}') as LoadJob;
const measuring = (): void => tell('measuring');
const measured = (): void => tell('measured');
switch (job.kind) {
  case 'requests': {
    const enough = new AbortController();
    process.once('SIGTERM', () => enough.abort());
    tell('result', await runLoad(job, measuring, measured, enough.signal));
    break;
  }
  case 'stream':
    tell('result', await runStream(job, measuring, measured));
    break;
  case 'idle': {
    const crowd = await openIdle(job.port, job.connections);
    await hold(() => crowd.open, crowd.close);
    break;
  }
  case 'slow': {
    const readers = await openSlowReaders(job.port, job.readers);
    const senders = await openSlowSenders(job.port, job.senders);
    await hold(
      () => readers.open + senders.open,
      () => {
        readers.close();
        senders.close();
      },
    );
    break;
  }
}
process.exit(0);
