import { Button, Input, Modal, Skeleton, Tag } from 'antd';
import { useState } from 'react';
import { useI18n } from '../../i18n/index.ts';
import type { AuditRow } from '../../services/audit.ts';
import { type RuleOnItsWay, useTakeBack, useTakeBackPreview } from '../../services/changes.ts';
import { DiffTable } from '../../ui/diff-table.tsx';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { Guarded } from '../../ui/guarded.tsx';
import { InnerLink } from '../../ui/inner-link.tsx';
import { kindOf, kindText } from '../../ui/rule-kinds/index.ts';
import { useReport } from '../../ui/use-report.tsx';
import { ruleKindOf } from './rule-change.ts';

/** The way back from a change of rules; nothing for rows of anything else. */
export function TakeBack({ row }: { readonly row: AuditRow }) {
  const { t } = useI18n();
  const [asked, setAsked] = useState(false);
  const kind = ruleKindOf(row);
  if (kind === null) return null;
  return (
    <>
      <Guarded needs={`mesh:rule-${kind.segment}:publish`}>
        <Button danger onClick={() => setAsked(true)}>
          {t('take-back.open')}
        </Button>
      </Guarded>
      {asked && <TakeBackDialog changeId={row.changeId} onClose={() => setAsked(false)} />}
    </>
  );
}

/** Says what becomes of each rule before anything is changed. */
function TakeBackDialog({ changeId, onClose }: { readonly changeId: string; readonly onClose: () => void }) {
  const { t } = useI18n();
  const report = useReport();
  const [comment, setComment] = useState('');
  const { data, error, isPending } = useTakeBackPreview(changeId);
  const takeBack = useTakeBack();
  const submit = (): void =>
    takeBack.mutate(
      { changeId, comment: comment.trim() },
      {
        onSuccess: ({ items }) => {
          report.done(t('take-back.done', { count: items.length }));
          onClose();
        },
      },
    );
  return (
    <Modal
      open
      width={680}
      title={t('take-back.title')}
      okText={t('take-back.ok')}
      okButtonProps={{ danger: true, disabled: data === undefined }}
      confirmLoading={takeBack.isPending}
      onOk={submit}
      onCancel={onClose}
    >
      <p className="weft-muted">{t('take-back.intro')}</p>
      {isPending && <Skeleton active />}
      <ErrorAlert error={takeBack.error ?? error} />
      {data?.items.map((item) => (
        <RuleBack key={`${item.type}/${item.ruleDbId}`} item={item} />
      ))}
      {data !== undefined && (
        <Input
          className="weft-comment"
          aria-label={t('rule.comment')}
          placeholder={t('rule.comment')}
          maxLength={1024}
          value={comment}
          onChange={(event) => setComment(event.target.value)}
        />
      )}
    </Modal>
  );
}

function RuleBack({ item }: { readonly item: RuleOnItsWay }) {
  const { t, format, language } = useI18n();
  const kind = kindOf(item.type);
  const title = `${item.app}/${item.name}`;
  return (
    <section className="weft-section">
      <h2 className="weft-section-title">
        {kind !== undefined && `${kindText(kind, 'title', { t, format, language })} `}
        {item.action === 'restore' ? (
          title
        ) : (
          <InnerLink to={`/rules/${item.type}/${item.ruleDbId}`} className="weft-in-text">
            {title}
          </InnerLink>
        )}{' '}
        <Tag>{t(`take-back.action-${item.action}`)}</Tag>
      </h2>
      {item.action === 'replace' && kind !== undefined && (
        <DiffTable schema={kind.schema} changes={item.changes} empty={t('take-back.same')} direction="SERVER" />
      )}
    </section>
  );
}
