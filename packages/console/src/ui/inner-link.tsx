import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

/** A link inside the console to an address that was put together at run time. */
export function InnerLink(props: {
  readonly to: string;
  readonly search?: Readonly<Record<string, string | number | boolean>>;
  readonly children: ReactNode;
  readonly className?: string;
}) {
  return (
    <Link
      to={props.to as never}
      {...(props.search === undefined ? {} : { search: props.search as never })}
      {...(props.className === undefined ? {} : { className: props.className })}
    >
      {props.children}
    </Link>
  );
}
