import { Alert, Modal, Select } from 'antd';
import { useId, useState } from 'react';
import { useI18n } from '../i18n/index.ts';
import { MAX_RANGE_SECONDS, type TimeRange } from '../services/range.ts';
import { fixedRange, ofField, rangeOfView, SPANS, type Span, toField } from './time-range.ts';
import { useView } from './url-state.ts';

const WORDS = {
  60: 'ui.span-1m',
  300: 'ui.span-5m',
  900: 'ui.span-15m',
  3600: 'ui.span-1h',
  21600: 'ui.span-6h',
  86400: 'ui.span-24h',
  [MAX_RANGE_SECONDS]: 'ui.span-7d',
} as const;
const CUSTOM = 'custom';
const FIXED = 'fixed';

/** The range that was chosen. */
export function useTimeRange(fallback: Span): TimeRange {
  const [view] = useView();
  return rangeOfView(view, fallback);
}

/** Chooses a range that follows now, or one from an instant to another. */
export function TimeSpanSelect({ fallback }: { readonly fallback: Span }) {
  const { t, format } = useI18n();
  const [, setView] = useView();
  const [asking, setAsking] = useState(false);
  const range = useTimeRange(fallback);
  const chosen = range.fixed === null ? [] : [{ value: FIXED, label: fixedInWords(range.fixed, format.time) }];
  return (
    <>
      <Select<number | string>
        aria-label={t('ui.time-range')}
        style={{ minWidth: 156 }}
        popupMatchSelectWidth={false}
        value={range.fixed === null ? range.spanSeconds : FIXED}
        options={[
          ...chosen,
          ...SPANS.map((value) => ({ value, label: t(WORDS[value]) })),
          { value: CUSTOM, label: t('ui.span-custom') },
        ]}
        onChange={(value) => {
          if (value === CUSTOM) setAsking(true);
          else if (value !== FIXED)
            setView({
              span: value === fallback ? undefined : value,
              start: undefined,
              end: undefined,
              page: undefined,
            });
        }}
      />
      {asking && <RangeDialog range={range} onClose={() => setAsking(false)} />}
    </>
  );
}

/** Begin and end; the day of the end is left out when it is that of the begin. */
function fixedInWords({ start, end }: { start: string; end: string }, time: (instant: string) => string): string {
  const [from, to] = [time(start), time(end)];
  const day = from.slice(0, from.search(/[ ,]/));
  return day !== '' && to.startsWith(day)
    ? `${from} – ${to.slice(day.length).replace(/^[ ,]+/, '')}`
    : `${from} – ${to}`;
}

function RangeDialog({ range, onClose }: { readonly range: TimeRange; readonly onClose: () => void }) {
  const { t, utc } = useI18n();
  const id = useId();
  const [, setView] = useView();
  const [fields, setFields] = useState(() => {
    const end = range.fixed === null ? Date.now() : Date.parse(range.fixed.end);
    return { start: toField(end - range.spanSeconds * 1000, utc), end: toField(end, utc) };
  });
  const wanted = fixedRange(ofField(fields.start, utc), ofField(fields.end, utc));
  return (
    <Modal
      open
      width={420}
      title={t('ui.range-title')}
      okButtonProps={{ disabled: wanted === null }}
      onCancel={onClose}
      onOk={() => {
        if (wanted === null) return;
        setView({ ...wanted.fixed, span: undefined, page: undefined });
        onClose();
      }}
    >
      <p className="weft-muted">{t(utc ? 'ui.range-zone-utc' : 'ui.range-zone')}</p>
      {(['start', 'end'] as const).map((key) => (
        <p key={key} className="weft-range-field">
          <label htmlFor={`${id}-${key}`}>{t(`ui.range-${key}`)}</label>
          <input
            id={`${id}-${key}`}
            type="datetime-local"
            step={1}
            value={fields[key]}
            onChange={(event) => setFields({ ...fields, [key]: event.target.value })}
          />
        </p>
      ))}
      {wanted === null && <Alert type="error" showIcon title={t('ui.range-wrong')} />}
    </Modal>
  );
}

/** Stops and resumes what a page reads by itself; the address says that it rests. */
export function usePaused(): readonly [boolean, (paused: boolean) => void] {
  const [view, setView] = useView();
  const paused = view['paused'] === true || view['paused'] === 'true';
  return [paused, (next) => setView({ paused: next ? true : undefined })];
}
