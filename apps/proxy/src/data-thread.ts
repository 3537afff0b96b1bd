import './hardening.ts';
import { setFlagsFromString } from 'node:v8';
import { parentPort, workerData } from 'node:worker_threads';
import { limitBacktracking } from '@weft/kit/limit-backtracking';
import { DataThread, type ThreadInit } from '@weft/proxy/thread';
import { extensions } from './extensions.ts';

// For the whole process, and here, before any expression of a configuration runs: earlier it would cost the start its cache.
limitBacktracking();
// A young collection finds little alive and takes 0.2 ms; with helper threads it ends when the last of them was given a
// core, which on a busy machine took up to 50 ms.
setFlagsFromString('--no-parallel-scavenge');

if (parentPort === null) throw new Error('data-thread.ts runs inside a worker of the proxy');
new DataThread(workerData as ThreadInit, parentPort, extensions).start();
