import type { Clock, Logger } from '@weft/kit';
import type { DistributionHub } from '../distribution/index.ts';
import type { Drm } from '../drm/index.ts';
import type { Registry } from '../registry/index.ts';
import type { Storage } from '../storage/index.ts';
import type { Changes } from './changes/changes.ts';
import type { Events } from './events.ts';
import type { Figures } from './figures/figures.ts';
import type { RuleHitFigures } from './figures/rule-hits.ts';
import type { Drafts } from './rules/drafts.ts';
import type { FourEyes } from './rules/four-eyes.ts';
import type { Rules } from './rules/rules.ts';
import type { Sidecars } from './sidecars/sidecars.ts';

/** What the handlers of meshserver share, without what is built on it. */
export interface BaseParts {
  readonly storage: Storage;
  readonly drm: Drm;
  readonly hub: DistributionHub;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly log: Logger;
  readonly rules: Rules;
  readonly drafts: Drafts;
  readonly fourEyes: FourEyes;
  readonly sidecars: Sidecars;
  readonly figures: Figures;
  readonly hits: RuleHitFigures;
  readonly changes: Changes;
  readonly events: Events;
}
