/** What a start of Node costs by itself: a listener on a port, in the second of two threads. `bare-node.ts PORT` */
import { createServer } from 'node:net';
import { isMainThread, Worker, workerData } from 'node:worker_threads';

if (isMainThread) new Worker(new URL(import.meta.url), { workerData: Number(process.argv[2]) });
else
  createServer((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')).listen(
    workerData as number,
    '127.0.0.1',
  );
