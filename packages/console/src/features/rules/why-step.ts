import type { MessageKey } from '../../i18n/index.ts';
import type { WhyFinding } from '../../services/records.ts';

/** Where in the console somebody goes on from what was found. */
export interface WhyStep {
  readonly label: MessageKey;
  readonly to: string;
  readonly search?: Readonly<Record<string, string | number>>;
  /** The link says all that the advice does, which names a command of the terminal. */
  readonly instead: boolean;
}

/** The rule that is asked about. */
export interface AskedRule {
  readonly id: number;
  readonly name: string;
  readonly app: string;
  /** Where the rules of its type are listed. */
  readonly address: string;
}

type Params = WhyFinding['message']['params'];
type Step = (rule: AskedRule, params: Params) => WhyStep;

const edit: Step = ({ address, id }) => ({ label: 'why.do-edit', to: `${address}/${id}`, instead: false });
const ofService =
  (label: MessageKey): Step =>
  (_, { service }) => ({ label, to: `/services/${encodeURIComponent(String(service))}`, instead: true });
const proxies =
  (instead: boolean): Step =>
  ({ app }) => ({ label: 'why.do-proxies', to: '/proxies', ...(app === '*' ? {} : { search: { app } }), instead });

/** By the id of the advice. */
const ADVICE: Readonly<Record<string, Step>> = {
  'why.enable': ({ address, name }) => ({
    label: 'why.do-enable',
    to: address,
    search: { keyword: name },
    instead: true,
  }),
  'why.compare-app': () => ({ label: 'why.do-apps', to: '/proxies', instead: true }),
  'why.did-you-mean': edit,
  'why.start-proxy': proxies(false),
  'why.wake-proxy': proxies(false),
  'why.compare-service': () => ({ label: 'why.do-services', to: '/services', instead: true }),
  'why.who-calls': ofService('why.do-service'),
  'why.compare-labels': ofService('why.do-labels'),
  'why.every-method': edit,
  'why.look-at-proxy': proxies(true),
  'why.correct': edit,
  'why.push-again': ({ address, id }) => ({
    label: 'why.do-push',
    to: address,
    search: { drawer: 'push', rule: id },
    instead: true,
  }),
  'why.explain-call': () => ({ label: 'why.do-explain', to: '/explain', instead: true }),
  'why.switch-list-on': () => ({
    label: 'why.do-lists',
    to: '/rules/auth',
    search: { drawer: 'lists' },
    instead: true,
  }),
};

/** By the id of what was found, where that comes without advice. */
const FOUND: Readonly<Record<string, Step>> = {
  'why.direction-server': edit,
  'why.direction-client': edit,
  'why.app-of-server': edit,
  'why.app-of-client': edit,
  'why.observes': edit,
  'why.condition': edit,
  'why.frozen': proxies(false),
};

/** Null where the console has no page for it. */
export function whyStep(finding: WhyFinding, rule: AskedRule): WhyStep | null {
  const { message, adviceMessage } = finding;
  if (adviceMessage === null) return FOUND[message.id]?.(rule, message.params) ?? null;
  return ADVICE[adviceMessage.id]?.(rule, adviceMessage.params) ?? null;
}
