import { app } from './app.ts';
import { audit } from './audit.ts';
import { errors } from './errors.ts';
import { form } from './form.ts';
import { proxies } from './proxies.ts';
import { records } from './records.ts';
import { rollout } from './rollout.ts';
import { ruleKinds } from './rule-kinds.ts';
import { ruleStates } from './rule-states.ts';
import { rules } from './rules.ts';
import { search } from './search.ts';
import { services } from './services.ts';
import { session } from './session.ts';
import { topology } from './topology.ts';
import { trial } from './trial.ts';
import { ui } from './ui.ts';

/** Every text of the console: English and Chinese side by side, so that none is forgotten. */
export const MESSAGES = {
  ...app,
  ...audit,
  ...errors,
  ...form,
  ...proxies,
  ...records,
  ...rollout,
  ...ruleKinds,
  ...ruleStates,
  ...rules,
  ...search,
  ...services,
  ...session,
  ...topology,
  ...trial,
  ...ui,
} as const satisfies Readonly<Record<string, readonly [en: string, zh: string]>>;

export type MessageKey = keyof typeof MESSAGES;
