import type { EntryProgram, IdleProgram } from '../common/index.ts';

/** One rule of a list of one service, as plain data. */
export interface AuthRuleProgram extends EntryProgram {
  readonly list: 'WHITELIST' | 'BLACKLIST';
  /** Index among the lists. */
  readonly entry: number;
  readonly rejectStatus: number;
  readonly rejectMessage: string;
  /** Index among the slots. */
  readonly slot: number;
}

/** The lists of one service. */
export interface AuthListProgram {
  readonly service: string;
  readonly white: boolean;
  readonly black: boolean;
  readonly defaultDeny: boolean;
}

export interface AuthProgram {
  readonly lists: readonly AuthListProgram[];
  /** Rules whose list is switched on. */
  readonly rules: readonly AuthRuleProgram[];
  readonly idle: readonly IdleProgram[];
}
