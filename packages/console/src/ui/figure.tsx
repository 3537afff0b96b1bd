import type { ReactNode } from 'react';

/** One number with its name. */
export function Figure({
  label,
  value,
  tone,
}: {
  readonly label: string;
  readonly value: ReactNode;
  readonly tone?: 'bad';
}) {
  return (
    <div className="weft-figure">
      <div className="weft-figure-label">{label}</div>
      <div className={tone === 'bad' ? 'weft-figure-value weft-bad' : 'weft-figure-value'}>{value}</div>
    </div>
  );
}

export function Figures({ children }: { readonly children: ReactNode }) {
  return <div className="weft-figures">{children}</div>;
}
