import { Button, Input, Select } from 'antd';
import { useId, useState } from 'react';
import { useI18n } from '../../i18n/index.ts';
import { type ExplainRequest, useProxyChoices } from '../../services/proxies.ts';
import { busyIcon } from '../../ui/busy.tsx';
import { FieldRow } from '../../ui/schema-form/field.tsx';
import { KeyValues } from '../../ui/schema-form/key-values.tsx';
import { choiceOf, textOf, useView } from '../../ui/url-state.ts';
import { EXPLAIN_PROTOCOLS, exampleService, PROTOCOL_FORMS } from './protocols.ts';
import { requestOf } from './request.ts';

const VERBS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'] as const;

interface ExplainFormProps {
  readonly busy: boolean;
  readonly onSubmit: (request: ExplainRequest) => void;
}

/** Describes a request; the form stands in the address, so that a question can be sent to somebody. */
export function ExplainForm({ busy, onSubmit }: ExplainFormProps) {
  const { t } = useI18n();
  const id = useId();
  const [view, setView] = useView();
  const [headers, setHeaders] = useState<Readonly<Record<string, string>>>({});
  const proxies = useProxyChoices().data?.items ?? [];
  const protocol = choiceOf(view, 'protocol', EXPLAIN_PROTOCOLS) ?? 'Http1';
  const example = exampleService(protocol);
  const rpc = example !== null;
  const [tried, setTried] = useState(false);
  const proxyId = textOf(view, 'proxy');
  const text = (name: string) => ({
    id: `${id}-${name}`,
    value: textOf(view, name) ?? '',
    onChange: (event: { target: { value: string } }) => setView({ [name]: event.target.value }),
  });
  const submit = (): void => {
    setTried(true);
    if (proxyId === undefined) return;
    onSubmit(requestOf(view, proxyId, protocol, headers));
  };
  return (
    <form
      className="weft-compact-form"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <FieldRow
        id={`${id}-proxy`}
        title={t('explain.proxy')}
        needed="yes"
        problem={tried && proxyId === undefined ? t('explain.choose-proxy') : undefined}
      >
        <Select
          id={`${id}-proxy`}
          aria-label={t('explain.proxy')}
          showSearch={{ optionFilterProp: 'label' }}
          placeholder={t('explain.choose-proxy')}
          value={proxyId}
          options={proxies.map((proxy) => ({
            value: proxy.proxyId,
            label: `${proxy.name} · ${proxy.podIp}${proxy.port === null ? '' : `:${proxy.port}`}`,
          }))}
          onChange={(value: string) => setView({ proxy: value })}
        />
      </FieldRow>
      <FieldRow id={`${id}-protocol`} title={t('explain.protocol')}>
        <Select
          id={`${id}-protocol`}
          aria-label={t('explain.protocol')}
          value={protocol}
          options={PROTOCOL_FORMS.map(({ value, label }) => ({ value, label }))}
          onChange={(value) => setView({ protocol: value === 'Http1' ? undefined : value })}
        />
      </FieldRow>
      {rpc ? (
        <>
          <FieldRow
            id={`${id}-service`}
            title={t('explain.service')}
            description={t('explain.service-example', { example })}
          >
            <Input {...text('service')} placeholder={example} />
          </FieldRow>
          <FieldRow id={`${id}-method`} title={t('explain.rpc-method')}>
            <Input {...text('method')} placeholder="get" />
          </FieldRow>
        </>
      ) : (
        <>
          <FieldRow id={`${id}-method`} title={t('explain.method')}>
            <Select
              id={`${id}-method`}
              aria-label={t('explain.method')}
              value={textOf(view, 'method') ?? 'GET'}
              options={VERBS.map((value) => ({ value, label: value }))}
              onChange={(value) => setView({ method: value === 'GET' ? undefined : value })}
            />
          </FieldRow>
          <FieldRow id={`${id}-host`} title={t('explain.host')}>
            <Input {...text('host')} placeholder="reviews.bookinfo:9080" />
          </FieldRow>
          <FieldRow id={`${id}-path`} title={t('explain.path')}>
            <Input {...text('path')} placeholder="/reviews/0" />
          </FieldRow>
        </>
      )}
      <FieldRow id={`${id}-headers`} title={t(rpc ? 'explain.attachments' : 'explain.headers')}>
        <KeyValues label={t(rpc ? 'explain.attachments' : 'explain.headers')} value={headers} onChange={setHeaders} />
      </FieldRow>
      <FieldRow id={`${id}-source`} title={t('explain.source-ip')} description={t('explain.source-ip-why')}>
        <Input {...text('source')} placeholder="10.0.0.7" />
      </FieldRow>
      <Button type="primary" htmlType="submit" loading={busyIcon(busy)} className="weft-form-submit">
        {t('explain.go')}
      </Button>
    </form>
  );
}
