import { Alert, Button, Input, InputNumber, Select } from 'antd';
import { type ReactNode, useState } from 'react';
import { useI18n } from '../../i18n/index.ts';
import { type MappingTranscoder, type TrialQuestion, useTrial } from '../../services/mapping-trial.ts';
import { busyIcon } from '../../ui/busy.tsx';
import { CodeView } from '../../ui/code-view.tsx';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { Guarded } from '../../ui/guarded.tsx';
import type { FormObject } from '../../ui/schema-form/index.ts';
import { answerText, requestText } from './trial-text.ts';
import { useRuleKind } from './use-rule-kind.ts';

/** Each with the status of success of what its hosts speak. */
const TRANSCODERS: Readonly<Record<MappingTranscoder, number>> = {
  dubbo_http: 200,
  http_dubbo: 20,
  bolt_http: 200,
  http_bolt: 0,
};
const NAMES = Object.keys(TRANSCODERS) as readonly MappingTranscoder[];
const EXAMPLE_ANSWER = '{"id":7}';

interface MappingTrialProps {
  readonly rule: FormObject;
  /** Whether the form is complete. */
  readonly valid: boolean;
}

/** What becomes of a sample by the mapping of the form: nothing is stored, nothing is sent. */
export function MappingTrial({ rule, valid }: MappingTrialProps) {
  const { t } = useI18n();
  const kind = useRuleKind();
  const trial = useTrial();
  const [transcoder, setTranscoder] = useState<MappingTranscoder>('dubbo_http');
  const [method, setMethod] = useState('');
  const [path, setPath] = useState('');
  const [headers, setHeaders] = useState('');
  const [body, setBody] = useState('');
  const [status, setStatus] = useState(TRANSCODERS.dubbo_http);
  const [answer, setAnswer] = useState('');
  const [exception, setException] = useState('');
  const ofHttp = transcoder.startsWith('http_');
  const choose = (next: MappingTranscoder): void => {
    setTranscoder(next);
    setStatus(TRANSCODERS[next]);
    if (next.startsWith('http_') !== ofHttp) setMethod('');
    trial.reset();
  };
  const go = (): void => {
    const named = ofHttp ? { method: method || 'GET', path } : { method };
    trial.mutate({
      transcoder,
      // As for any rule, the server checks what the form has checked.
      mapping: rule as unknown as TrialQuestion['mapping'],
      request: { ...named, headers: headersOf(headers), body },
      answer: { status, body: answer, exception: ofHttp ? exception : '' },
    });
  };
  return (
    <section className="weft-card weft-card-padded weft-preview" aria-label={t('trial.title')} aria-live="polite">
      <h2 className="weft-card-title">{t('trial.title')}</h2>
      <p className="weft-muted">{t('trial.hint')}</p>
      <div className="weft-trial">
        <Labelled text={t('trial.with')}>
          <Select
            aria-label={t('trial.with')}
            value={transcoder}
            options={NAMES.map((value) => ({ value, label: t(`trial.${value}`) }))}
            onChange={choose}
          />
        </Labelled>
        <Labelled text={t(ofHttp ? 'trial.verb' : 'trial.method')}>
          <Input
            className="weft-mono"
            aria-label={t(ofHttp ? 'trial.verb' : 'trial.method')}
            placeholder={ofHttp ? 'GET' : 'getUser(long)'}
            value={method}
            onChange={(event) => setMethod(event.target.value)}
          />
        </Labelled>
        {ofHttp && (
          <Labelled text={t('trial.path')}>
            <Input
              className="weft-mono"
              aria-label={t('trial.path')}
              placeholder="/users/7"
              value={path}
              onChange={(event) => setPath(event.target.value)}
            />
          </Labelled>
        )}
        <Labelled text={t(ofHttp ? 'trial.headers' : 'trial.attachments')}>
          <Input.TextArea
            className="weft-mono"
            aria-label={t(ofHttp ? 'trial.headers' : 'trial.attachments')}
            autoSize={{ minRows: 1, maxRows: 6 }}
            placeholder="name: value"
            value={headers}
            onChange={(event) => setHeaders(event.target.value)}
          />
        </Labelled>
        <Labelled text={t(ofHttp ? 'trial.body' : 'trial.arguments')}>
          <Input.TextArea
            className="weft-mono"
            aria-label={t(ofHttp ? 'trial.body' : 'trial.arguments')}
            autoSize={{ minRows: 1, maxRows: 12 }}
            placeholder={ofHttp ? '{"name":"Ann"}' : '[7]'}
            value={body}
            onChange={(event) => setBody(event.target.value)}
          />
        </Labelled>
        <Labelled text={t('trial.status', { success: TRANSCODERS[transcoder] })}>
          <InputNumber
            aria-label={t('trial.status', { success: TRANSCODERS[transcoder] })}
            min={0}
            max={999}
            value={status}
            onChange={(next) => setStatus(next ?? TRANSCODERS[transcoder])}
          />
        </Labelled>
        {ofHttp && (
          <Labelled text={t('trial.exception')}>
            <Input
              className="weft-mono"
              aria-label={t('trial.exception')}
              placeholder="com.x.DuplicateUserException"
              value={exception}
              onChange={(event) => setException(event.target.value)}
            />
          </Labelled>
        )}
        <Labelled text={t('trial.answer')}>
          <Input.TextArea
            className="weft-mono"
            aria-label={t('trial.answer')}
            autoSize={{ minRows: 1, maxRows: 12 }}
            placeholder={EXAMPLE_ANSWER}
            value={answer}
            onChange={(event) => setAnswer(event.target.value)}
          />
        </Labelled>
      </div>
      <Guarded needs={kind.needs('read')}>
        <Button disabled={!valid} loading={busyIcon(trial.isPending)} onClick={go}>
          {t('trial.go')}
        </Button>
      </Guarded>
      <ErrorAlert error={trial.error} />
      {trial.data?.request != null && (
        <>
          <h3 className="weft-section-title">{t('trial.host-gets')}</h3>
          <CodeView label={t('trial.host-gets')} text={requestText(trial.data.request)} />
        </>
      )}
      {trial.data?.answer != null && (
        <>
          <h3 className="weft-section-title">{t('trial.caller-gets')}</h3>
          <CodeView label={t('trial.caller-gets')} text={answerText(trial.data.answer)} />
        </>
      )}
      {trial.data !== undefined && trial.data.problem !== '' && (
        <Alert type="error" showIcon role="alert" title={t('trial.failed')} description={trial.data.problem} />
      )}
    </section>
  );
}

function Labelled({ text, children }: { readonly text: string; readonly children: ReactNode }) {
  return (
    <div className="weft-cell">
      <span className="weft-cell-label" aria-hidden>
        {text}
      </span>
      {children}
    </div>
  );
}

/** Lines `name: value`. */
function headersOf(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => line.includes(':'));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).trim(), line.slice(line.indexOf(':') + 1).trim()]),
  );
}
