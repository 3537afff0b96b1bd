import { Bolt, type BoltStatus } from '../common/sofa/index.ts';

export const DUBBO_OK = 20;

/** The status of Bolt that tells what a status of Dubbo other than 20 tells. */
export function toBoltStatus(dubboStatus: number): BoltStatus {
  switch (dubboStatus) {
    case 30:
    case 31:
      return Bolt.TIMEOUT;
    case 35:
      return Bolt.ERROR_COMM;
    case 40:
      return Bolt.SERVER_DESERIAL_EXCEPTION;
    case 60:
      return Bolt.NO_PROCESSOR;
    case 100:
      return Bolt.SERVER_THREADPOOL_BUSY;
    default:
      return Bolt.SERVER_EXCEPTION;
  }
}

/** The status of Dubbo that tells what a status of Bolt other than 0 tells. */
export function toDubboStatus(boltStatus: number): number {
  switch (boltStatus) {
    // Busy.
    case 4:
      return 100;
    // The connection, or the one behind it, is gone.
    case 5:
    case 16:
      return 35;
    // Nobody serves it.
    case 6:
      return 60;
    // Too late.
    case 7:
      return 31;
    // What was sent could not be sent.
    case 8:
      return 90;
    // The answer could not be written or read.
    case 9:
    case 17:
      return 50;
    // The call could not be read.
    case 18:
      return 40;
    default:
      return 70;
  }
}
