import './hardening.ts';
import { parentPort, workerData } from 'node:worker_threads';
import { limitBacktracking } from '@weft/kit/limit-backtracking';
import { DataThread, setThreadFlags, type ThreadInit } from '@weft/proxy/thread';
import { extensions } from './extensions.ts';

// For the whole process, and here, before any expression of a configuration runs: earlier it would cost the start its cache.
limitBacktracking();
setThreadFlags();

if (parentPort === null) throw new Error('data-thread.ts runs inside a worker of the proxy');
new DataThread(workerData as ThreadInit, parentPort, extensions).start();
