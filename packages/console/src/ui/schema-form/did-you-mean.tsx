import { Button } from 'antd';
import { useI18n } from '../../i18n/index.ts';
import { meantBy } from './suggestions.ts';

interface DidYouMeanProps {
  readonly typed: readonly string[];
  /** What is known, the nearest lists first. */
  readonly known: readonly (readonly string[])[];
  readonly onTake: (typed: string, meant: string) => void;
}

/** Below a field: for each value that nobody knows, the one known value that it looks like. */
export function DidYouMean({ typed, known, onTake }: DidYouMeanProps) {
  const { t } = useI18n();
  return typed.map((value) => {
    if (known.some((list) => list.includes(value))) return null;
    const meant = known.map((list) => meantBy(list, value)).find((found) => found !== null) ?? null;
    if (meant === null) return null;
    return (
      <p key={value} className="weft-field-help" role="status">
        <Button type="link" size="small" className="weft-cell-button" onClick={() => onTake(value, meant)}>
          {t('form.did-you-mean', { value: meant })}
        </Button>
      </p>
    );
  });
}
