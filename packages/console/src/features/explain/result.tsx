import { Alert, Collapse } from 'antd';
import { type Format, type Translate, useI18n } from '../../i18n/index.ts';
import type { ExplainResult } from '../../services/proxies.ts';
import { CodeView } from '../../ui/code-view.tsx';
import { isGood, type ListenerAnswer, type Outcome, type RuleAnswer, readAnswer } from './answer.ts';
import { Steps } from './steps.tsx';

/** Where the request goes: the listener that it meets, below it those that it would meet on another port, then the raw answer. */
export function Result({ result }: { readonly result: ExplainResult }) {
  const words = useI18n();
  const { t } = words;
  const [first, ...others] = readAnswer(result.raw) ?? [];
  return (
    <>
      {first === undefined ? (
        <Alert showIcon className="weft-error" type="warning" title={t('explain.no-listener')} />
      ) : (
        <>
          <Alert
            showIcon
            className="weft-error"
            type={isGood(first.outcome) && first.delaying.length === 0 ? 'success' : 'warning'}
            title={answerInWords(first, words)}
          />
          <Steps answer={first} />
        </>
      )}
      <Collapse
        ghost
        items={[
          ...others.map((other) => ({
            key: other.listener,
            label: t('explain.other', { listener: other.listener, outcome: answerInWords(other, words) }),
            children: <Steps answer={other} />,
          })),
          {
            key: 'raw',
            label: t('explain.raw'),
            children: <CodeView label={t('explain.raw')} text={JSON.stringify(result.raw, null, 2)} />,
          },
        ]}
      />
    </>
  );
}

interface Words {
  readonly t: Translate;
  readonly format: Format;
}

/** What becomes of the request, with what holds it up or steers it on its way. */
function answerInWords({ outcome, delaying, choosing }: ListenerAnswer, words: Words): string {
  const { t } = words;
  const plain = outcomeInWords(outcome, words);
  const goes = choosing === null ? plain : t('explain.outcome-chosen', { goes: plain, rule: choosing.name });
  return delaying.length === 0
    ? goes
    : t('explain.outcome-delayed', { goes, rule: delaying.map(({ name }) => name).join(', ') });
}

function refusedInWords({ name: rule, effect, answer = '' }: RuleAnswer, others: Outcome | null, words: Words): string {
  const { t, format } = words;
  if (effect === null) return t('explain.outcome-refused', { rule });
  if (effect.kind === 'answer') return t('explain.outcome-replaced', { rule });
  const status = answer || effect.status;
  if (others === null) return t('explain.outcome-aborted', { rule, status });
  const percent = format.percent(effect.percent);
  return t('explain.outcome-partly', { rule, status, percent, others: outcomeInWords(others, words) });
}

function outcomeInWords(outcome: Outcome, words: Words): string {
  const { t } = words;
  switch (outcome.kind) {
    case 'refused':
      return refusedInWords(outcome.rule, outcome.others, words);
    case 'unknown':
      return t('explain.outcome-unknown', { rule: outcome.rule.name, others: outcomeInWords(outcome.others, words) });
    case 'forwarded':
      return t('explain.outcome-forwarded', { clusters: outcome.clusters, hosts: outcome.hosts });
    case 'no-host':
      return t('explain.outcome-no-host', { clusters: outcome.clusters });
    case 'redirected':
      return t('explain.outcome-redirected', { location: outcome.location });
    case 'answered':
      return t('explain.outcome-answered', { status: outcome.status });
    default:
      return t('explain.outcome-no-route', { status: outcome.status });
  }
}
