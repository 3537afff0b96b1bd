import { Badge } from 'antd';
import type { ReactNode } from 'react';

export type Tone = 'good' | 'busy' | 'warning' | 'bad' | 'off';

const BADGES = { good: 'success', busy: 'processing', warning: 'warning', bad: 'error', off: 'default' } as const;

/** A state as dot and word: colour is never the only sign. */
export function Status({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }) {
  return <Badge status={BADGES[tone]} text={children} className="weft-status" />;
}
