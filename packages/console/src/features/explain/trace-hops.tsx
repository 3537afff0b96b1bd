import { Alert, Tag } from 'antd';
import { joinSentences, type Translate, useI18n } from '../../i18n/index.ts';
import type { TraceHop, TraceResult } from '../../services/records.ts';
import { answersInstead, failsOnPurpose } from '../../ui/answers-instead.ts';
import { InnerLink } from '../../ui/inner-link.tsx';
import { NothingHere } from '../../ui/nothing-here.tsx';
import { proxyText } from '../../ui/server-text.ts';
import { answerText } from './answer-text.ts';
import { RuleStep } from './steps.tsx';

/** The proxies that a request went through, one below the other, each with its share of the time and its rules. */
export function TraceHops({ trace }: { readonly trace: TraceResult }) {
  const { t, language } = useI18n();
  const { hops, silent, asked, off } = trace;
  const missing = [
    ...silent.map(({ proxy, reason }) => t('trace.silent', { proxy, reason: proxyText(reason, language) })),
    ...(off === 0 ? [] : [t('trace.off', { off, asked })]),
  ];
  const totalMs = Math.max(1, ...hops.map(({ offsetMs, durationMs }) => offsetMs + (durationMs ?? 0)));
  return (
    <>
      {missing.length > 0 && <Alert showIcon type="warning" className="weft-error" title={joinSentences(missing)} />}
      {hops.length === 0 ? (
        <NothingHere title={t('trace.none')} hint={t('trace.none-hint')} />
      ) : (
        <>
          <Verdict hops={hops} t={t} />
          <ol className="weft-hops">
            {hops.map((hop) => (
              <Hop key={`${hop.proxyId} ${hop.direction} ${hop.at} ${hop.service}`} hop={hop} totalMs={totalMs} />
            ))}
          </ol>
        </>
      )}
    </>
  );
}

function Verdict({ hops, t }: { readonly hops: readonly TraceHop[]; readonly t: Translate }) {
  const refusing = hops.find(({ verdict }) => verdict === 'reject');
  const status = hops[0]?.status ?? 0;
  const rule = refusing?.rules.find(({ ruleDbId, verdict }) => ruleDbId === refusing.ruleDbId && verdict === 'reject');
  const name = rule?.name ?? String(refusing?.ruleDbId ?? '');
  const title =
    refusing !== undefined
      ? t(answersInstead(refusing) ? 'trace.answered' : failsOnPurpose(refusing) ? 'trace.failed' : 'trace.refused', {
          rule: name,
          proxy: refusing.proxy,
        })
      : status === 0
        ? t('trace.running')
        : t('trace.passed', { status: answerText(hops[0] as TraceHop, t) });
  return (
    <Alert
      showIcon
      className="weft-error"
      type={refusing === undefined && status < 400 ? 'success' : 'warning'}
      title={title}
    />
  );
}

function Hop({ hop, totalMs }: { readonly hop: TraceHop; readonly totalMs: number }) {
  const { t, format } = useI18n();
  const { offsetMs, durationMs, direction, sourceApp, sourceIp, host, group, status, detail } = hop;
  const start = (100 * offsetMs) / totalMs;
  const width = Math.max(0.5, (100 * (durationMs ?? totalMs - offsetMs)) / totalMs);
  const facts = [
    direction === 'SERVER' ? t('trace.from', { caller: sourceApp || sourceIp }) : '',
    host === '' ? '' : t('trace.to', { host }),
    group === '' ? '' : t('trace.group', { group }),
    status === 0 ? '' : answerText(hop, t),
    detail,
  ].filter((part) => part !== '');
  return (
    <li style={{ marginInlineStart: `${hop.depth * 20}px` }}>
      <div className="weft-hop-head">
        <Tag variant="outlined">{t(direction === 'SERVER' ? 'trace.in' : 'trace.out')}</Tag>
        <strong>
          <InnerLink to="/proxies" search={{ proxy: hop.proxyId }}>
            {hop.proxy}
          </InnerLink>
        </strong>
        <code className="weft-break">
          {hop.service} {hop.method} {hop.path}
        </code>
        <span className="weft-muted">{durationMs === null ? t('trace.running') : format.milliseconds(durationMs)}</span>
      </div>
      <div className="weft-hop-track" aria-hidden>
        <div
          className={hop.verdict === 'reject' ? 'weft-hop-bar weft-hop-bar-bad' : 'weft-hop-bar'}
          style={{ insetInlineStart: `${Math.min(99.5, start)}%`, width: `${Math.min(width, 100 - start)}%` }}
        />
      </div>
      <div className="weft-muted weft-break">{facts.join(' · ')}</div>
      {hop.rules.length === 0 ? (
        <div className="weft-muted">{t('trace.no-rules')}</div>
      ) : (
        <ol className="weft-steps">
          {hop.rules.map((rule) => (
            <RuleStep
              key={`${rule.type} ${rule.ruleDbId} ${rule.name}`}
              rule={rule}
              note={rule.since === 'same' ? '' : t(`trace.${rule.since}`)}
            />
          ))}
        </ol>
      )}
    </li>
  );
}
