import {
  CheckCircleFilled,
  ClockCircleOutlined,
  CloseCircleOutlined,
  ExclamationCircleFilled,
  RightCircleOutlined,
  StopFilled,
} from '@ant-design/icons';
import { conditionInWords } from '@weft/api/rules';
import { Tag } from 'antd';
import type { ReactNode } from 'react';
import { isMessageKey, type Translate, useI18n } from '../../i18n/index.ts';
import { InnerLink } from '../../ui/inner-link.tsx';
import { nameOrId } from '../../ui/name-or-id.ts';
import { ruleAddress, typeInWords } from '../../ui/rule-kinds/index.ts';
import { seenText } from '../../ui/server-text.ts';
import type { ConditionAnswer, ConversionAnswer, ListenerAnswer, RuleAnswer } from './answer.ts';
import { detailInWords } from './details.ts';

/** Hosts of a cluster that are listed. */
const MAX_HOSTS = 50;

/** What a listener would look at, in order, in words. */
export function Steps({ answer }: { readonly answer: ListenerAnswer }) {
  const { t, format } = useI18n();
  return (
    <ol className="weft-steps">
      <Step kind="listener" sign="goes" title={answer.listener} detail={t('explain.on', { address: answer.address })} />
      {answer.rules.map((rule) => (
        <RuleStep key={`${rule.type} ${rule.ruleDbId} ${rule.name}`} rule={rule} />
      ))}
      {answer.outcome.kind === 'refused' && (
        <li className="weft-muted">
          <SignIcon sign="goes" />
          <div className="weft-step-body">
            {t(answer.outcome.others === null ? 'explain.then-without' : 'explain.then-others', {
              rule: answer.outcome.rule.name,
            })}
          </div>
        </li>
      )}
      <Step
        kind="virtual-host"
        sign={answer.virtualHost === null ? 'no' : 'yes'}
        title={answer.virtualHost ?? t('explain.no-virtual-host')}
      />
      {answer.routes.map((route) => (
        <Step
          key={route.route}
          kind="route"
          sign={route.matched ? 'yes' : 'no'}
          title={route.route}
          detail={route.taken ? t('explain.taken') : ''}
        >
          <Conditions conditions={route.conditions} />
        </Step>
      ))}
      {answer.conversion !== null && <ConversionStep conversion={answer.conversion} />}
      {answer.clusters.map((cluster) => (
        <Step
          key={cluster.name}
          kind="cluster"
          sign={cluster.hosts.length === 0 ? 'no' : 'yes'}
          title={cluster.name}
          detail={
            cluster.loadBalancer === null
              ? t('explain.no-cluster')
              : t('explain.cluster', {
                  balancer: cluster.loadBalancer.replace(/^LB_/, '').toLowerCase().replaceAll('_', ' '),
                  count: cluster.hosts.length,
                })
          }
        >
          {cluster.hosts.length > 0 && (
            <ul className="weft-step-conditions">
              {cluster.hosts.slice(0, MAX_HOSTS).map((host) => (
                <li key={host.address}>
                  <code>{host.address}</code>{' '}
                  <span className="weft-muted">{t('explain.weight', { weight: format.integer(host.weight) })}</span>
                </li>
              ))}
            </ul>
          )}
        </Step>
      ))}
    </ol>
  );
}

function ConversionStep({ conversion: { transcoder, protocol, mapping } }: { readonly conversion: ConversionAnswer }) {
  const { t } = useI18n();
  const title = t('explain.converted', { transcoder, protocol });
  if (mapping === null) return <Step kind="conversion" sign="yes" title={title} />;
  const { from, name, file, version, ruleVersion, ruleDbId, instead } = mapping;
  const known = ruleVersion > 0;
  const detail =
    from === 'rule'
      ? known
        ? t(instead ? 'explain.mapping-version-instead' : 'explain.mapping-version', { version, ruleVersion })
        : t(instead ? 'explain.mapping-instead' : 'explain.mapping-rule', { version })
      : from === 'file'
        ? t('explain.mapping-file', { file })
        : t('explain.mapping-own');
  return (
    <Step
      kind="conversion"
      sign="yes"
      title={title}
      detail={
        <>
          {ruleDbId > 0 && <InnerLink to={ruleAddress('MAPPING', ruleDbId)}>{name}</InnerLink>} {detail}
        </>
      }
    />
  );
}

type Sign = 'yes' | 'no' | 'goes' | 'refuses' | 'would' | 'waits';

function SignIcon({ sign }: { readonly sign: Sign }) {
  const { t } = useI18n();
  const label = t(`explain.sign-${sign}`);
  switch (sign) {
    case 'yes':
      return <CheckCircleFilled className="weft-step-icon weft-good" aria-label={label} />;
    case 'refuses':
      return <StopFilled className="weft-step-icon weft-bad" aria-label={label} />;
    case 'would':
      return <ExclamationCircleFilled className="weft-step-icon weft-warning" aria-label={label} />;
    case 'waits':
      return <ClockCircleOutlined className="weft-step-icon weft-warning" aria-label={label} />;
    case 'no':
      return <CloseCircleOutlined className="weft-step-icon weft-muted" aria-label={label} />;
    default:
      return <RightCircleOutlined className="weft-step-icon weft-muted" aria-label={label} />;
  }
}

interface StepProps {
  readonly kind: 'listener' | 'rule' | 'virtual-host' | 'route' | 'conversion' | 'cluster';
  readonly sign: Sign;
  readonly title: ReactNode;
  readonly detail?: ReactNode;
  readonly children?: ReactNode;
}

function Step({ kind, sign, title, detail, children }: StepProps) {
  const { t } = useI18n();
  return (
    <li>
      <SignIcon sign={sign} />
      <div className="weft-step-body">
        <div>
          <Tag variant="outlined">{t(`explain.kind-${kind}`)}</Tag>
          <strong className="weft-break">{title}</strong>
        </div>
        {detail !== undefined && detail !== '' && <div className="weft-muted weft-break">{detail}</div>}
        {children}
      </div>
    </li>
  );
}

/** `note`: what is to be said beside the verdict. */
export function RuleStep({ rule, note = '' }: { readonly rule: RuleAnswer; readonly note?: string }) {
  const { t, format, language } = useI18n();
  const { answer = '' } = rule;
  const verdict = verdictWord(rule, t);
  const said = answer === '' ? verdict : t('explain.verdict-with', { verdict, answer });
  const words = [said, detailInWords(rule.detail, { t, format }), note].filter((part) => part !== '').join(': ');
  const mode = rule.mode === 'OBSERVE' ? t('rules.mode-OBSERVE') : t('rules.mode-CONTROL');
  return (
    <Step
      kind="rule"
      sign={signOf(rule)}
      title={
        rule.ruleDbId > 0 ? (
          <InnerLink to={ruleAddress(rule.type, rule.ruleDbId)}>{nameOrId(rule.name, rule.ruleDbId)}</InnerLink>
        ) : (
          rule.name
        )
      }
      detail={`${typeInWords(rule.type, { t, format, language })} · ${mode} · ${words}`}
    >
      <Conditions conditions={rule.conditions} />
    </Step>
  );
}

function signOf({ verdict, matched }: RuleAnswer): Sign {
  if (verdict === 'unknown') return 'would';
  if (!matched || verdict === 'skipped' || verdict === 'not_matched') return 'no';
  if (verdict.startsWith('would_')) return 'would';
  if (verdict === 'delay') return 'waits';
  return verdict === 'pass' ? 'yes' : 'refuses';
}

/** What a rule does with the request; types that do not refuse but replace, fail or choose have words of their own. */
function verdictWord({ type, verdict, matched, effect }: RuleAnswer, t: Translate): string {
  if (type === 'ROUTE' && verdict === 'pass' && matched) return t('explain.verdict-ROUTE');
  if (effect !== null && verdict === 'reject') return t(`explain.verdict-${effect.kind}`);
  if (effect !== null && verdict === 'would_reject') return t(`explain.verdict-would_${effect.kind}`);
  const key = `explain.verdict-${verdict}`;
  return isMessageKey(key) ? t(key) : verdict;
}

function Conditions({ conditions }: { readonly conditions: readonly ConditionAnswer[] }) {
  const { t, language } = useI18n();
  if (conditions.length === 0) return null;
  return (
    <ul className="weft-step-conditions">
      {conditions.map((condition) => {
        const { left, operator, right, value, matched } = condition;
        const key = `explain.operator-${operator.replaceAll(' ', '-')}`;
        // Of a rule, as it is written there; routes have operators of their own.
        const whole = operator === '' ? left : `${left} ${operator} [${right}]`;
        const words = conditionInWords(whole, language);
        return (
          <li key={whole}>
            <span className={matched ? 'weft-good' : 'weft-bad'}>
              {t(matched ? 'explain.matched' : 'explain.not-matched')}
            </span>
            :{' '}
            {words !== whole || operator === '' ? (
              words
            ) : (
              <>
                <code>{left}</code> {isMessageKey(key) ? t(key) : operator} {right !== '' && <code>{right}</code>}
              </>
            )}
            <span className="weft-muted">
              {' '}
              ({t('explain.value-was', { value: value === '' ? t('explain.nothing') : seenText(value, language) })})
            </span>
          </li>
        );
      })}
    </ul>
  );
}
