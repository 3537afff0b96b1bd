import { noopLogger } from '@weft/kit';
import type { AdminAnswer, Report } from '../wire/telemetry.ts';
import { MAX_ADMIN_BODY_BYTES } from '../wire/telemetry.ts';
import { decodeReportsServer, encodeReportsClient, REPORTS_METHOD } from '../wire/telemetry-messages.ts';
import type { LinkStream, ReportStream, ReportStreamOptions } from './contract.ts';

const MAX_QUEUED = 60;
/** Questions under way; more are answered with 429. */
const MAX_QUERIES = 16;

const textAnswer = (id: number, status: number, body: string): AdminAnswer => ({
  id,
  status,
  contentType: 'text/plain; charset=utf-8',
  body: Buffer.from(body),
});

/** Carries reports to the control plane and its read-only questions to the proxy. */
export function createReportStream(options: ReportStreamOptions): ReportStream {
  const { link, onAdminQuery, onVerdicts, maxQueued = MAX_QUEUED, log = noopLogger } = options;
  const queue: Report[] = [];
  let stream: LinkStream | undefined;
  let blocked = false;
  let dropped = 0;
  let queries = 0;

  const flush = (): void => {
    while (stream !== undefined && !blocked) {
      const report = queue.shift();
      if (report === undefined) return;
      let bytes: Uint8Array;
      try {
        bytes = encodeReportsClient({ kind: 'report', report });
      } catch (error) {
        // A count that is no integer: a defect of whoever counts, and no reason to stop reporting.
        dropped++;
        log.error({ err: error }, 'a report cannot be encoded and is dropped');
        continue;
      }
      blocked = !stream.send(bytes);
    }
  };
  const answerOn = (to: LinkStream | undefined, answer: AdminAnswer): void => {
    const fits = answer.body.length <= MAX_ADMIN_BODY_BYTES;
    const sent = fits
      ? answer
      : textAnswer(answer.id, 413, `the answer has ${answer.body.length} bytes; at most ${MAX_ADMIN_BODY_BYTES}\n`);
    to?.send(encodeReportsClient({ kind: 'answer', answer: sent }));
  };
  const ask = async (bytes: Uint8Array): Promise<void> => {
    const asked = stream;
    const message = decodeReportsServer(bytes);
    if (message.kind === 'verdicts') return onVerdicts?.(message.verdicts);
    const { query } = message;
    if (onAdminQuery === undefined) {
      answerOn(asked, textAnswer(query.id, 501, 'this proxy answers no questions\n'));
      return;
    }
    if (queries >= MAX_QUERIES) {
      answerOn(asked, textAnswer(query.id, 429, `${MAX_QUERIES} questions are being answered\n`));
      return;
    }
    queries++;
    try {
      answerOn(asked, { ...(await onAdminQuery(query)), id: query.id });
    } catch (error) {
      log.warn({ err: error, path: query.path }, 'a question of the control plane could not be answered');
      answerOn(asked, textAnswer(query.id, 500, `${(error as Error).message}\n`));
    } finally {
      queries--;
    }
  };
  const detach = link.attach(REPORTS_METHOD, {
    open(opened) {
      stream = opened;
      blocked = false;
      flush();
    },
    message(bytes) {
      ask(bytes).catch((error) => {
        log.warn({ err: error }, 'a message on the report stream is malformed');
        stream?.abort('malformed message');
      });
    },
    drain() {
      blocked = false;
      flush();
    },
    end() {
      stream = undefined;
    },
  });
  return {
    report(report) {
      if (queue.length >= maxQueued) {
        queue.shift();
        dropped++;
      }
      queue.push(report);
      flush();
    },
    get droppedTotal() {
      return dropped;
    },
    close: detach,
  };
}
