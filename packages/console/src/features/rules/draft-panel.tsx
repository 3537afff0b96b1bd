import { Alert, Button, Skeleton, Space } from 'antd';
import { useI18n } from '../../i18n/index.ts';
import { useDraft, useDraftActions } from '../../services/drafts.ts';
import type { Rule } from '../../services/rules.ts';
import { busyIcon } from '../../ui/busy.tsx';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { Guarded } from '../../ui/guarded.tsx';
import { useView } from '../../ui/url-state.ts';
import { useReport } from '../../ui/use-report.tsx';
import { DiffTable } from './diff-table.tsx';
import { useRuleKind } from './use-rule-kind.ts';

/** What somebody wants a rule to become: what it changes, and whether it shall. */
export function DraftPanel({ rule }: { readonly rule: Rule }) {
  const { t, format } = useI18n();
  const report = useReport();
  const kind = useRuleKind();
  const [, setView] = useView();
  const { data, error, refetch } = useDraft(kind.segment, rule);
  const { publish, discard } = useDraftActions(kind.segment);
  const end = (work: Promise<unknown>, said: string): void =>
    void work.then(
      () => {
        report.done(said);
        setView({ drawer: undefined, rule: undefined });
      },
      (problem: unknown) => report.failed(problem),
    );
  if (rule.draft == null) return <p className="weft-muted">{t('draft.none')}</p>;
  if (data === undefined)
    return error === null ? <Skeleton active /> : <ErrorAlert error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <p>
        {t('draft.by', { who: data.by, when: format.time(data.at), version: data.baseVersion })}
        {data.comment !== '' && <span className="weft-muted"> · {data.comment}</span>}
      </p>
      {data.stale && <Alert className="weft-error" type="warning" showIcon title={t('draft.stale')} />}
      <DiffTable changes={data.changes} empty={t('rule.no-change')} direction={rule.direction} />
      <Space wrap className="weft-comment">
        <Guarded needs={kind.needs('publish')}>
          <Button
            type="primary"
            disabled={data.stale}
            loading={busyIcon(publish.isPending)}
            onClick={() => end(publish.mutateAsync(data), t('draft.published', { name: rule.name }))}
          >
            {t('draft.publish')}
          </Button>
        </Guarded>
        <Guarded needs={kind.needs('write')}>
          <Button
            loading={busyIcon(discard.isPending)}
            onClick={() => end(discard.mutateAsync(data), t('draft.discarded', { name: rule.name }))}
          >
            {t('draft.discard')}
          </Button>
        </Guarded>
      </Space>
    </>
  );
}
