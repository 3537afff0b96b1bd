import { Button, Input, Skeleton } from 'antd';
import { useId, useState } from 'react';
import { useI18n } from '../../i18n/index.ts';
import { useTrace } from '../../services/records.ts';
import { busyIcon } from '../../ui/busy.tsx';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { NothingHere } from '../../ui/nothing-here.tsx';
import { FieldRow } from '../../ui/schema-form/field.tsx';
import { textOf, useView } from '../../ui/url-state.ts';
import { RecentRequests } from './recent-requests.tsx';
import { TraceHops } from './trace-hops.tsx';

/** Follows one request that was served, by the id of its trace; the id stands in the address. */
export function TraceView() {
  const { t } = useI18n();
  const id = useId();
  const [view, setView] = useView();
  const traceId = textOf(view, 'trace');
  const [typed, setTyped] = useState(traceId ?? '');
  const { data, error, isFetching } = useTrace(traceId);
  const follow = (wanted: string): void => {
    setTyped(wanted);
    setView({ trace: wanted === '' ? undefined : wanted }, 'push');
  };
  return (
    <>
      <section className="weft-card weft-card-padded" aria-label={t('trace.follow')}>
        <form
          className="weft-compact-form"
          onSubmit={(event) => {
            event.preventDefault();
            follow(typed.trim());
          }}
        >
          <FieldRow id={id} title={t('trace.id')} description={t('trace.id-hint')}>
            <Input
              id={id}
              value={typed}
              maxLength={256}
              placeholder="4bf92f3577b34da6a3ce929d0e0e4736"
              onChange={(event) => setTyped(event.target.value)}
            />
          </FieldRow>
          <Button type="primary" htmlType="submit" loading={busyIcon(isFetching)} className="weft-form-submit">
            {t('trace.go')}
          </Button>
        </form>
      </section>
      <section className="weft-card weft-card-padded" aria-label={t('trace.result')} aria-live="polite">
        <h2 className="weft-card-title">{t('trace.result')}</h2>
        <ErrorAlert error={error} />
        {data !== undefined ? (
          <TraceHops trace={data} />
        ) : (
          error === null &&
          (isFetching ? <Skeleton active /> : <NothingHere title={t('trace.waiting')} hint={t('trace.none-hint')} />)
        )}
      </section>
      <RecentRequests onFollow={follow} />
    </>
  );
}
