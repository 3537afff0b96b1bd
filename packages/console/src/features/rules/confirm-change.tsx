import { Alert, Button, Input, Modal } from 'antd';
import { useState } from 'react';
import { useI18n } from '../../i18n/index.ts';
import type { FieldChange } from '../../services/rules.ts';
import { DiffTable } from './diff-table.tsx';

interface ConfirmChangeProps {
  readonly changes: readonly FieldChange[];
  readonly direction: 'SERVER' | 'CLIENT';
  readonly live: boolean;
  readonly instances: number;
  readonly busy: boolean;
  readonly onConfirm: (comment: string) => void;
  readonly onCancel: () => void;
  /** Gives the change to a part of the proxies first. */
  readonly onRollOut: () => void;
  /** Keeps the change beside the rule, for somebody to publish. */
  readonly onDraft: (comment: string) => void;
}

/** What a change changes, and how many instances it reaches. */
export function ConfirmChange(props: ConfirmChangeProps) {
  const { t } = useI18n();
  const [comment, setComment] = useState('');
  return (
    <Modal
      open
      width={680}
      title={t('rule.confirm-title')}
      okText={t('ui.ok')}
      confirmLoading={props.busy}
      okButtonProps={{ disabled: props.changes.length === 0 }}
      onOk={() => props.onConfirm(comment.trim())}
      onCancel={props.onCancel}
      footer={(buttons) => (
        <>
          {props.live && (
            <span className="weft-modal-other">
              <Button disabled={props.changes.length === 0} onClick={props.onRollOut}>
                {t('rollout.first')}
              </Button>{' '}
              <Button disabled={props.changes.length === 0} onClick={() => props.onDraft(comment.trim())}>
                {t('draft.save')}
              </Button>
            </span>
          )}
          {buttons}
        </>
      )}
    >
      <Alert
        className="weft-error"
        type={props.live && props.instances > 0 ? 'warning' : 'info'}
        showIcon
        title={
          !props.live
            ? t('rule.confirm-off')
            : props.instances === 0
              ? t('rule.confirm-live-none')
              : t('rule.confirm-live', { count: props.instances })
        }
      />
      <DiffTable changes={props.changes} empty={t('rule.no-change')} direction={props.direction} />
      <Input
        className="weft-comment"
        aria-label={t('rule.comment')}
        placeholder={t('rule.comment')}
        maxLength={1024}
        value={comment}
        onChange={(event) => setComment(event.target.value)}
      />
    </Modal>
  );
}
