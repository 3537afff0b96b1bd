import { Result } from 'antd';
import { ApiError } from '../services/client.ts';
import { InnerLink } from './inner-link.tsx';

/** Whether an error says that what was asked for is not there. */
export function isMissing(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'NOT_FOUND';
}

interface MissingProps {
  readonly title: string;
  /** Why it may be gone, and what to do. */
  readonly hint: string;
  readonly back?: { readonly to: string; readonly label: string };
}

/** In place of something that is not there, or not there any more. */
export function Missing({ title, hint, back }: MissingProps) {
  return (
    <Result
      className="weft-missing"
      status="info"
      title={title}
      subTitle={hint}
      extra={back !== undefined && <InnerLink to={back.to}>{back.label}</InnerLink>}
    />
  );
}
