import { Descriptions } from 'antd';
import type { ReactNode } from 'react';

/** Names and values side by side; the last row is filled by the library. */
export function Facts(props: {
  readonly columns?: number;
  readonly items: readonly (readonly [label: string, value: ReactNode])[];
}) {
  return (
    <Descriptions
      size="small"
      column={props.columns ?? 3}
      items={props.items.map(([label, children]) => ({ key: label, label, children }))}
    />
  );
}
