import { Alert, Button, Typography } from 'antd';
import { useI18n } from '../i18n/index.ts';
import { ApiError } from '../services/client.ts';
import { errorParts, errorTitle, PLAIN_CODES } from './error-text.ts';
import { Marked } from './marked.tsx';
import type { Problem } from './schema-form/index.ts';
import { problemText } from './server-text.ts';

/** An error with message, code and request id; the request id finds the line in the log of the control plane. */
export function ErrorAlert({
  error,
  fields,
  onRetry,
}: {
  readonly error: unknown;
  /** What to list of the fields that it names; all unless told, where those beside are marked themselves. */
  readonly fields?: readonly Problem[];
  readonly onRetry?: () => void;
}) {
  const { t } = useI18n();
  if (error === null || error === undefined) return null;
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      className="weft-error"
      title={errorTitle(error, t)}
      description={<ErrorDetail error={error} {...(fields === undefined ? {} : { fields })} />}
      action={
        onRetry === undefined ? undefined : (
          <Button size="small" onClick={onRetry}>
            {t('ui.retry')}
          </Button>
        )
      }
    />
  );
}

/** What the server said, in the language of the reader where there are words for it. */
function Said({ text }: { readonly text: string }) {
  const { language } = useI18n();
  const shown = problemText(text, language);
  return shown === text ? (
    <div lang="en">
      <Marked text={text} />
    </div>
  ) : (
    <div>
      <Marked text={shown} />
    </div>
  );
}

export function ErrorDetail(props: { readonly error: unknown; readonly fields?: readonly Problem[] }) {
  const { error } = props;
  const { t, language } = useI18n();
  const { code, requestId, message } = errorParts(error);
  const named: readonly Problem[] = error instanceof ApiError ? error.fields : [];
  const fields = props.fields ?? named;
  // Fields say the same, each at its place.
  const said = errorTitle(error, t) === message || named.length > 0 || PLAIN_CODES.has(code) ? '' : message;
  if (code === '' && requestId === '' && fields.length === 0) return null;
  return (
    <>
      {said !== '' && <Said text={said} />}
      {fields.length > 0 && (
        <ul className="weft-error-fields">
          {fields.map((field) => (
            <li key={`${field.path} ${field.message}`}>
              <code>{field.path}</code> <Marked text={problemText(field.message, language)} />
            </li>
          ))}
        </ul>
      )}
      <span className="weft-muted weft-error-id">
        {code !== '' && (
          <>
            {t('ui.error-code')} <code>{code}</code>
          </>
        )}
        {requestId !== '' && (
          <>
            {' · '}
            {t('ui.request-id')}{' '}
            <Typography.Text copyable={{ text: requestId }} code>
              {requestId}
            </Typography.Text>
          </>
        )}
      </span>
    </>
  );
}
