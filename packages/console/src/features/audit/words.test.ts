import { expect, test } from 'vitest';
import { createFormat, translator } from '../../i18n/index.ts';
import { actionInWords } from './words.tsx';

const words = { t: translator('en'), format: createFormat('en'), language: 'en' } as const;

test.each([
  ['osp.login', 'logged in'],
  ['ms.createLimitRule', 'Rate limiting: created a rule'],
  ['ms.putLimitRuleByName', 'Rate limiting: wrote a rule'],
  ['ms.retryLimitRulePush', 'Rate limiting: pushed a rule again'],
  ['ms.batchLimitRules', 'Rate limiting: changed several rules'],
  ['ms.startLimitRuleRollout', 'Rate limiting: began a rollout'],
  ['ms.abortFuseRuleRollout', 'Circuit breaking: gave a rollout up'],
  ['ms.publishLimitRuleDraft', 'Rate limiting: published a draft'],
  ['ms.rollbackChanges', 'took changes of rules back'],
  ['ms.rollout.step', 'moved a rollout on by itself'],
  ['ms.rollout.halt', 'gave a rollout up by itself'],
  ['ms.expire', 'switched a rule off whose time was over'],
  ['ms.createSomethingElse', 'ms.createSomethingElse'],
])('%s reads %j', (action, wanted) => expect(actionInWords(action, words)).toBe(wanted));
