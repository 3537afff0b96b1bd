import type { SmugglingCase } from './case.ts';
import { DOWNGRADES } from './downgrades.ts';
import { REQUEST_CHUNKS } from './request-chunks.ts';
import { REQUEST_FRAMING } from './request-framing.ts';
import { REQUEST_HEADS } from './request-heads.ts';
import { RESPONSES } from './responses.ts';

/** All of them; ids are unique. */
export const SMUGGLING_CASES: readonly SmugglingCase[] = [
  ...REQUEST_FRAMING,
  ...REQUEST_CHUNKS,
  ...REQUEST_HEADS,
  ...RESPONSES,
  ...DOWNGRADES,
];
