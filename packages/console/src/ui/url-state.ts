import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';

export type ViewValue = string | number | boolean | undefined;
/** What the query of the address says: every filter, tab, page and open drawer. */
export type View = Readonly<Record<string, ViewValue>>;

/** Keeps what a view can use of a query: plain values, not too long. */
export function parseView(search: Readonly<Record<string, unknown>>): View {
  const view: Record<string, ViewValue> = {};
  for (const [key, value] of Object.entries(search)) {
    if (typeof value === 'string' && value.length <= 2048) view[key] = value;
    else if (typeof value === 'number' || typeof value === 'boolean') view[key] = value;
  }
  return view;
}

/**
 * The state of the view and how to change it. `undefined` and the empty text take a key out. Opening something (`push`)
 * is a step of the browser's history, filters and sorting are not.
 */
export function useView(): readonly [View, (patch: View, how?: 'replace' | 'push') => void] {
  const view = useSearch({ strict: false }) as View;
  const navigate = useNavigate();
  const patchView = useCallback(
    (patch: View, how: 'replace' | 'push' = 'replace') => {
      void navigate({
        to: '.',
        replace: how === 'replace',
        resetScroll: false,
        search: ((old: View) => {
          const next: Record<string, ViewValue> = { ...old, ...patch };
          for (const key of Object.keys(next)) if (next[key] === undefined || next[key] === '') delete next[key];
          return next;
        }) as never,
      });
    },
    [navigate],
  );
  return [view, patchView];
}

export function textOf(view: View, key: string): string | undefined {
  const value = view[key];
  return value === undefined ? undefined : String(value);
}

export function numberOf(view: View, key: string, fallback: number): number {
  const value = Number(view[key]);
  return Number.isFinite(value) && view[key] !== undefined ? value : fallback;
}

export function flagOf(view: View, key: string): boolean | undefined {
  const value = view[key];
  if (value === true || value === 'true') return true;
  return value === false || value === 'false' ? false : undefined;
}

/** The value when it is one of those allowed. */
export function choiceOf<const V extends string>(view: View, key: string, allowed: readonly V[]): V | undefined {
  return allowed.find((value) => value === view[key]);
}
