import { parentPort, workerData } from 'node:worker_threads';
import { DataThread, type ThreadInit } from '@weft/proxy/thread';
import { extensions } from './extensions.ts';

if (parentPort === null) throw new Error('data-thread.ts runs inside a worker of the proxy');
new DataThread(workerData as ThreadInit, parentPort, extensions).start();
