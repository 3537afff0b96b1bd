import { Empty } from 'antd';
import type { ReactNode } from 'react';

/** An empty list says what to do. */
export function NothingHere(props: { readonly title: string; readonly hint?: ReactNode; readonly action?: ReactNode }) {
  return (
    <Empty
      image={Empty.PRESENTED_IMAGE_SIMPLE}
      description={
        <div className="weft-empty">
          <div className="weft-empty-title">{props.title}</div>
          {props.hint !== undefined && <div className="weft-muted">{props.hint}</div>}
        </div>
      }
    >
      {props.action}
    </Empty>
  );
}
