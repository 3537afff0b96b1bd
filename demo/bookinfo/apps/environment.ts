import type { Server } from 'node:http';

/** What an application of the demo is told by its environment: nothing of it is about a mesh. */

/** Reads a port number, 1–65535, from the environment. Throws with the name and the value otherwise. */
export function portFrom(name: string): number {
  const text = process.env[name] ?? '';
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new Error(`${name} is ${JSON.stringify(text)}; expected a port number from 1 to 65535`);
  }
  return port;
}

/** Reads a variable that must be there. Throws with its name otherwise. */
export function textFrom(name: string): string {
  const text = process.env[name];
  if (text === undefined || text === '') throw new Error(`${name} is missing in the environment`);
  return text;
}

/** Ends the process on SIGTERM and SIGINT after `close`, so that no caller sees a connection cut. */
export function closeOnSignal(close: () => Promise<unknown>): void {
  let closing = false;
  const end = (): void => {
    if (closing) return;
    closing = true;
    close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
}

/** Callers that still wait after that lose their connection. */
const CLOSE_MS = 2000;

/** Takes no more requests, answers those that run, and closes connections that are kept for later ones. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), CLOSE_MS);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
