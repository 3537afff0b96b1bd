import { CheckCircleFilled, ExclamationCircleFilled, StopFilled } from '@ant-design/icons';
import { Alert, Skeleton } from 'antd';
import { useI18n } from '../../i18n/index.ts';
import { useWhy, type WhyFinding } from '../../services/records.ts';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { InnerLink } from '../../ui/inner-link.tsx';
import { Marked } from '../../ui/marked.tsx';
import { serverText } from '../../ui/server-text.ts';
import { useRuleKind } from './use-rule-kind.ts';
import { type WhyStep, whyStep } from './why-step.ts';

const ICONS = {
  ok: [CheckCircleFilled, 'weft-good'],
  warn: [ExclamationCircleFilled, 'weft-warning'],
  fail: [StopFilled, 'weft-bad'],
} as const;

/** Every link from the author of a rule to the requests, the broken ones first. */
export function WhyPanel({ id }: { readonly id: number }) {
  const { t } = useI18n();
  const { segment, address } = useRuleKind();
  const { data, error, refetch } = useWhy(segment, id);
  if (data === undefined)
    return error === null ? <Skeleton active /> : <ErrorAlert error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <Alert
        showIcon
        className="weft-error"
        type={data.acts ? 'success' : 'error'}
        title={t(data.acts ? 'why.all-well' : 'why.something')}
      />
      <ol className="weft-steps">
        {data.findings.map((finding) => (
          <Finding
            key={`${finding.code} ${finding.text}`}
            finding={finding}
            step={whyStep(finding, { id, name: data.name, app: data.app, address })}
          />
        ))}
      </ol>
      <InnerLink to="/explain" search={{ mode: 'trace', rule: id }}>
        {t('trace.open')}
      </InnerLink>
    </>
  );
}

interface FindingProps {
  readonly finding: WhyFinding;
  readonly step: WhyStep | null;
}

function Finding({ finding: { result, message, adviceMessage }, step }: FindingProps) {
  const { t, language } = useI18n();
  const [Icon, tone] = ICONS[result];
  return (
    <li>
      <Icon className={`weft-step-icon ${tone}`} aria-label={t(`why.result-${result}`)} />
      <div className="weft-step-body">
        <div>
          <strong className="weft-break">
            <Marked text={serverText(message, language)} />
          </strong>
        </div>
        {adviceMessage !== null && step?.instead !== true && (
          <div className="weft-muted weft-break">
            <Marked text={serverText(adviceMessage, language)} />
          </div>
        )}
        {step !== null && (
          <InnerLink to={step.to} {...(step.search === undefined ? {} : { search: step.search })}>
            {t(step.label)}
          </InnerLink>
        )}
      </div>
    </li>
  );
}
