/** Who calls a service through an egress while its providers come and go, over HTTP and over Bolt. */
import net from 'node:net';
import { call, tcpBackend } from '../../support/backend.ts';
import { BoltReader, boltRequest, boltResponse } from '../engine/bolt.ts';
import { keep } from '../engine/support.ts';
import { HEADERS } from './mesh-world.ts';

export const BOLT_SERVICE = 'com.example.Echo:1.0@DEFAULT';

/** Answers every call with its name. */
export async function boltApplication(name: string): Promise<{ readonly port: number }> {
  const backend = await tcpBackend((socket) => {
    const reader = new BoltReader();
    socket.on('data', (chunk: Buffer) => {
      for (const { id } of reader.push(chunk)) socket.write(boltResponse(id, name));
    });
  });
  return keep(backend);
}

/** What the provider said, or the failure. One call on a connection of its own. */
export async function callBolt(port: number): Promise<string> {
  const socket = net.connect(port, '127.0.0.1');
  try {
    return await new Promise((resolve) => {
      const reader = new BoltReader();
      socket.on('error', (error) => resolve(error.message));
      socket.on('close', () => resolve('closed'));
      socket.on('data', (chunk) => {
        const [answer] = reader.push(chunk);
        if (answer !== undefined)
          resolve(answer.status === 0 ? answer.content.toString() : `status ${answer.status} ${answer.content}`);
      });
      socket.write(boltRequest({ id: 7 }));
    });
  } finally {
    socket.destroy();
  }
}

/** What the provider said, or the status and body of another answer. */
export async function callHttp(port: number): Promise<string> {
  const { status, body } = await call(port, { headers: HEADERS });
  return status === 200 ? body : `${status} ${body}`;
}

/** `callers` that ask one after the other until they are told to end; answers are counted by their text. */
export function callLoop(callers: number, ask: () => Promise<string>) {
  const answers = new Map<string, number>();
  let running = true;
  const loops = Array.from({ length: callers }, async () => {
    while (running) {
      const answer = await ask();
      answers.set(answer, (answers.get(answer) ?? 0) + 1);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  });
  const end = async (): Promise<void> => {
    running = false;
    await Promise.all(loops);
  };
  return { answers, end };
}
