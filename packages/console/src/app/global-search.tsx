import { SearchOutlined } from '@ant-design/icons';
import { useNavigate } from '@tanstack/react-router';
import { AutoComplete, Input, type RefSelectProps } from 'antd';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { joinSentences, useI18n } from '../i18n/index.ts';
import { MAX_SEARCH, MIN_SEARCH, type SearchHit, useSearch } from '../services/search.ts';
import { errorTitle } from '../ui/error-text.ts';
import { kindOf, kindText } from '../ui/rule-kinds/index.ts';
import { groupsOf, listOf, type Target, targetOf } from './search-options.ts';

const WAIT_MS = 250;
/** Elements that a slash belongs to when it is typed there. */
const TYPED_INTO = 'input, textarea, select, [contenteditable="true"]';

/** Finds a service, app, proxy, rule or request by a part of its name, from every page; `/` goes there. */
export function GlobalSearch() {
  const { t } = useI18n();
  const navigate = useNavigate();
  const field = useRef<RefSelectProps>(null);
  const [text, setText] = useState('');
  const [open, setOpen] = useState(false);
  const asked = useLater(text, WAIT_MS);
  const { data, error, isFetching } = useSearch(asked);
  useSlash(() => field.current?.focus());
  /** Enter was pressed before there was a hit: the first one that comes is meant. */
  const [eager, setEager] = useState(false);
  /** The library has taken Enter for the hit that it marks. */
  const taken = useRef(false);

  const short = text.trim().length < MIN_SEARCH;
  const waiting = asked !== text || (isFetching && data === undefined);
  const targets = new Map<string, Target>();
  const option = (target: Target, label: ReactNode) => {
    const value = `${target.to}?${JSON.stringify(target.search ?? {})}`;
    targets.set(value, target);
    return { value, label };
  };
  // Hits of what stood there before are none: Enter would lead elsewhere than what was typed.
  const groups = short || waiting || data === undefined ? [] : groupsOf(data);
  // The library gives headings of its own a state that their role must not have: they are options that cannot be chosen.
  const options = groups.flatMap(({ kind, hits, more }) => {
    const list = listOf(kind, text.trim());
    const rest = t('search.more', { count: more });
    return [
      { value: kind, disabled: true, label: <span className="weft-search-kind">{t(`search.kind-${kind}`)}</span> },
      ...hits.map((hit) => option(targetOf(hit), <Hit hit={hit} />)),
      ...(more === 0
        ? []
        : list === null
          ? [{ value: `more ${kind}`, disabled: true, label: `${rest} ${t('search.narrow')}` }]
          : [option(list, <span className="weft-search-more">{rest}</span>)]),
    ];
  });
  const choose = (target: Target): void => {
    setText('');
    setOpen(false);
    setEager(false);
    field.current?.blur();
    void navigate({ to: target.to as never, search: (target.search ?? {}) as never });
  };
  const [first] = targets.values();
  /** The library marks the first hit a moment after it is there; whoever types fast is faster. */
  const onEnter = (): void => {
    if (taken.current || !open) return;
    if (first !== undefined) choose(first);
    else if (!short && waiting) setEager(true);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: only the answer that was waited for counts, once
  useEffect(() => {
    if (eager && !waiting && first !== undefined) choose(first);
    if (!waiting) setEager(false);
  }, [eager, waiting]);
  const hidden = [...new Set(data?.hidden.map(({ permission }) => permission))];
  const said = short
    ? t('search.hint')
    : error !== null
      ? errorTitle(error, t)
      : waiting
        ? t('app.loading')
        : joinSentences([
            t('search.none'),
            hidden.length === 0 ? '' : t('search.hidden', { permissions: hidden.join(', ') }),
          ]);
  return (
    <search className="weft-search">
      <AutoComplete
        ref={field}
        aria-label={t('search.label')}
        classNames={{ popup: { root: 'weft-search-popup' } }}
        popupMatchSelectWidth={440}
        listHeight={480}
        open={open && options.length > 0}
        // What the library says of opening is not followed: with an empty list it says open and closed in turns.
        onFocus={() => setOpen(true)}
        onBlur={() => {
          setOpen(false);
          setEager(false);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape') setOpen(false);
          if (event.key === 'Enter' && !event.nativeEvent.isComposing) onEnter();
          taken.current = false;
        }}
        defaultActiveFirstOption
        value={text}
        options={options}
        notFoundContent={null}
        onChange={(value: string) => {
          // The keys of options are addresses: the field keeps what was typed.
          if (targets.has(value)) return;
          setText(value.slice(0, MAX_SEARCH));
          setOpen(true);
          setEager(false);
        }}
        onSelect={(value: string) => {
          const target = targets.get(value);
          if (target === undefined) return;
          taken.current = true;
          choose(target);
        }}
      >
        <Input
          allowClear
          maxLength={MAX_SEARCH}
          placeholder={t('search.placeholder')}
          prefix={<SearchOutlined aria-hidden />}
          suffix={text === '' ? <kbd aria-hidden>/</kbd> : <span />}
        />
      </AutoComplete>
      {/* Beside the list, which takes nothing but options. */}
      {open && text !== '' && options.length === 0 && (
        <div className="weft-search-said weft-muted" role="status">
          {said}
        </div>
      )}
    </search>
  );
}

/** One hit: its name, and what tells it from others of the name. */
function Hit({ hit }: { readonly hit: SearchHit }) {
  const { t, format, language } = useI18n();
  const kind = hit.segment === null ? undefined : kindOf(hit.segment);
  const about = [
    kind === undefined ? '' : kindText(kind, 'title', { t, format, language }),
    hit.kind === 'app' || hit.title.startsWith(hit.app) ? '' : hit.app,
    hit.address,
    hit.kind === 'rule' ? t(hit.enabled === true ? 'rules.on' : 'rules.off') : '',
    hit.kind === 'proxy' && hit.enabled === false ? t('proxies.not-connected') : '',
  ].filter((words) => words !== '');
  return (
    <span className="weft-search-hit">
      <span className="weft-search-name" title={hit.title}>
        {hit.kind === 'trace' ? t('search.trace', { id: hit.id }) : hit.title}
      </span>
      <span className="weft-muted weft-small">{about.join(' · ')}</span>
    </span>
  );
}

/** The value as it was when it rested. */
function useLater(value: string, ms: number): string {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return rested;
}

/** Calls back for a slash that is typed into nothing. */
function useSlash(act: () => void): void {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const { target } = event;
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
      if (target instanceof Element && target.closest(TYPED_INTO) !== null) return;
      event.preventDefault();
      latest.current();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}
