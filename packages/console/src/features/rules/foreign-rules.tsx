import {
  detectForeignFormat,
  type ForeignFormat,
  type Translation,
  translateForeignRules,
} from '@weft/api/foreign-rules';
import { Alert, Checkbox, Input } from 'antd';
import { useId } from 'react';
import { useI18n } from '../../i18n/index.ts';
import { serverText } from '../../ui/server-text.ts';

/** Names of the products, which no language translates. */
const PRODUCTS: Readonly<Record<ForeignFormat, string>> = { guardian: 'Guardian', sentinel: 'Sentinel' };

/** A file of another product, and what it leaves open. */
export interface ForeignFile {
  readonly document: unknown;
  readonly format: ForeignFormat;
  readonly app: string;
  readonly service: string;
  /** Import the rest where rules cannot be translated. */
  readonly partial: boolean;
}

/** Null for a file of Weft, and for one of nobody known. */
export function readForeign(document: unknown): ForeignFile | null {
  const own = typeof document === 'object' && document !== null && 'format' in document;
  const format = own ? null : detectForeignFormat(document);
  return format === null ? null : { document, format, app: '', service: '', partial: false };
}

/** @throws RangeError when there are too many rules */
export function translateForeign({ document, format, app, service }: ForeignFile): Translation {
  return translateForeignRules(document, format, {
    ...(app.trim() === '' ? {} : { app: app.trim() }),
    ...(service.trim() === '' ? {} : { service: service.trim() }),
  });
}

export const leavesOut = ({ remarks }: Translation): boolean => remarks.some(({ kind }) => kind === 'left out');

interface ForeignRulesProps {
  readonly file: ForeignFile;
  readonly translation: Translation;
  readonly onChange: (file: ForeignFile) => void;
}

/** What a file of another product needs to be told, and what of it has no exact words here. */
export function ForeignRules({ file, translation, onChange }: ForeignRulesProps) {
  const { t, format, language } = useI18n();
  const id = useId();
  const { remarks, rules } = translation;
  return (
    <section aria-label={t('rules.foreign-title', { product: PRODUCTS[file.format] })}>
      <p>{t('rules.foreign-found', { product: PRODUCTS[file.format], count: format.integer(rules.length) })}</p>
      <div className="weft-foreign-fields">
        <label htmlFor={`${id}-app`}>{t('rules.foreign-app')}</label>
        <Input
          id={`${id}-app`}
          value={file.app}
          maxLength={128}
          onChange={(event) => onChange({ ...file, app: event.target.value })}
        />
        <label htmlFor={`${id}-service`}>{t('rules.foreign-service')}</label>
        <Input
          id={`${id}-service`}
          value={file.service}
          maxLength={512}
          placeholder="com.example.Orders:1.0@DEFAULT"
          onChange={(event) => onChange({ ...file, service: event.target.value })}
        />
      </div>
      {remarks.length > 0 && (
        <Alert
          type="warning"
          showIcon
          className="weft-error"
          title={t('rules.foreign-remarks', { count: format.integer(remarks.length) })}
          description={
            <ul className="weft-foreign-remarks">
              {remarks.map(({ rule, kind, message, said }) => (
                <li key={`${rule} ${message}`} className="weft-break">
                  <strong>{rule}</strong> {t(kind === 'left out' ? 'rules.foreign-left-out' : 'rules.foreign-changed')}:{' '}
                  {serverText(said, language)}
                </li>
              ))}
            </ul>
          }
        />
      )}
      {leavesOut(translation) && (
        <Checkbox
          className="weft-foreign-partial"
          checked={file.partial}
          onChange={(event) => onChange({ ...file, partial: event.target.checked })}
        >
          {t('rules.foreign-partial')}
        </Checkbox>
      )}
    </section>
  );
}
