import type { MessageKey } from '../../i18n/index.ts';

/** What the counter of a type of rules counts: isolation looks at every call, and leaves an instance out for few of them. */
export const hitsTitle = (segment: string): MessageKey => (segment === 'isolate' ? 'rules.judged' : 'rules.hits');
