import type { BaseParts } from './base-parts.ts';
import type { IsolationGrants } from './isolation/index.ts';
import type { Rollouts } from './rollouts/rollouts.ts';

/** What the handlers of meshserver share. */
export interface MeshserverParts extends BaseParts {
  readonly rollouts: Rollouts;
  readonly isolation: IsolationGrants;
}
