import { Fragment } from 'react';

/** A service id that wraps after its dots, colons, slashes and before its @, not within words. */
export function ServiceId({ id }: { readonly id: string }) {
  const parts = id.split(/(?<=[.:/#])|(?=@)/);
  return parts.map((part, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one id never change their order
    <Fragment key={at}>
      {at > 0 && <wbr />}
      {part}
    </Fragment>
  ));
}
