import http from 'node:http';
import { EXIT } from '@weft/kit';
import { CommandError } from '../outcome.ts';

/** A reload waits for every data thread; nothing else takes long. */
const LIMIT_MS = 60_000;

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/**
 * Calls the admin API of a proxy through its Unix socket.
 * @throws CommandError when nobody answers there
 */
export function call(socketPath: string, method: 'GET' | 'POST', target: string, body = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.request(
      {
        socketPath,
        method,
        path: target,
        timeout: LIMIT_MS,
        headers: { accept: 'application/json', 'content-length': Buffer.byteLength(body) },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }));
      },
    );
    request.once('timeout', () => request.destroy(new Error(`no answer within ${LIMIT_MS / 1000} s`)));
    request.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, socketPath)));
    request.end(body);
  });
}

/** As `call`, for answers in JSON that say 200. */
export async function read<T>(socketPath: string, target: string): Promise<T> {
  const answer = await call(socketPath, 'GET', target);
  if (answer.status !== 200)
    throw new CommandError(
      EXIT.REFUSED,
      'refused',
      `the proxy answers ${target} with ${answer.status}: ${errorOf(answer)}`,
    );
  return JSON.parse(answer.body) as T;
}

/** The message in an error of the admin API. */
export function errorOf({ body }: Answer): string {
  try {
    const { error } = JSON.parse(body) as { error?: unknown };
    if (typeof error === 'string') return error;
  } catch {
    // Plain text is the message itself.
  }
  return body.trim();
}

function explain(error: NodeJS.ErrnoException, socketPath: string): CommandError {
  if (error.code === 'ECONNREFUSED' || error.code === 'ENOENT') {
    return new CommandError(EXIT.FAILED, 'not_running', `no proxy runs: nobody listens on ${socketPath}`);
  }
  if (error.code === 'EACCES') {
    return new CommandError(
      EXIT.REFUSED,
      'denied',
      `${socketPath} belongs to another user: run the command as the user of the proxy`,
    );
  }
  return new CommandError(EXIT.FAILED, 'unreachable', `${socketPath}: ${error.message}`);
}
