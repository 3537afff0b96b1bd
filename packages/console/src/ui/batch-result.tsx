import type { App } from 'antd';
import type { Translate } from '../i18n/index.ts';
import { Status } from './status.tsx';

type Modal = ReturnType<typeof App.useApp>['modal'];

interface ItemOutcome {
  readonly id: string | number;
  readonly ok: boolean;
  readonly code: string;
  readonly message: string;
}

/** What became of each of several, a line each; those that failed come first. */
export function showBatchResult(
  modal: Modal,
  t: Translate,
  items: readonly ItemOutcome[],
  nameOf: (id: string | number) => string,
): void {
  const failed = items.filter(({ ok }) => !ok);
  const done = items.length - failed.length;
  modal[failed.length === 0 ? 'success' : 'warning']({
    title: t('ui.batch-result', { done, all: items.length }),
    width: 560,
    content: (
      <ul className="weft-batch-result">
        {[...failed, ...items.filter(({ ok }) => ok)].map(({ id, ok, code, message }) => (
          <li key={id}>
            <Status tone={ok ? 'good' : 'bad'}>{nameOf(id)}</Status>
            {!ok && (
              <div className="weft-bad weft-small">
                {message} <code>{code}</code>
              </div>
            )}
          </li>
        ))}
      </ul>
    ),
  });
}
