import { Tooltip } from 'antd';
import type { ReactElement } from 'react';
import { cloneElement } from 'react';
import { useI18n } from '../i18n/index.ts';
import { type PermissionPoint, useCan } from '../services/session.ts';

interface GuardedProps {
  readonly needs: PermissionPoint;
  readonly children: ReactElement<{ disabled?: boolean }>;
}

/** An action that needs a permission: disabled without it, and the tooltip names what is missing. */
export function Guarded({ needs, children }: GuardedProps) {
  const { t } = useI18n();
  if (useCan()(needs)) return children;
  return (
    <Tooltip title={t('ui.missing-permission', { permission: needs })}>
      <span>{cloneElement(children, { disabled: true })}</span>
    </Tooltip>
  );
}
