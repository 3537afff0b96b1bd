import { Enum, List, type Parsed, Text, Type } from '../author/index.ts';
import { HijackSpec } from './hijack-spec.ts';
import { ruleBodyFields } from './rule-body.ts';

/** A limit on a port of a hijacked app, as it is created and replaced. */
export const HijackRuleBody = Type.Object(
  {
    ...ruleBodyFields,
    direction: Enum(['SERVER'], {
      title: 'Direction',
      description: 'The limit acts at the provider, on what comes in.',
      default: 'SERVER',
      ignoreCase: true,
      examples: ['SERVER'],
      form: {
        zh: { title: '方向', description: '在提供方对入流量生效。' },
        widget: 'radio',
        values: { SERVER: { en: 'Server side', zh: '服务端' } },
      },
    }),
    services: List(Text({ description: 'The dataId of a service, or `*` for all.', minLength: 1, maxLength: 512 }), {
      title: 'Services',
      description: 'Services that are limited; * is everything that comes to the port.',
      default: ['*'],
      minItems: 1,
      maxItems: 100,
      examples: [['reviews.bookinfo:9080@Http1']],
      form: {
        zh: { title: '服务', description: '受限的服务，* 表示到达该端口的全部请求。' },
        widget: 'select-service',
        advanced: true,
      },
    }),
    spec: HijackSpec,
  },
  {
    title: 'Limit of a hijacked app',
    description: 'A limit of a hijacked app.',
    'x-weft-strict': true,
    'x-weft-form': { zh: { title: '应用治理规则', description: '透明劫持应用的最大请求数。' } },
  },
);
export type HijackRuleBody = Parsed<typeof HijackRuleBody>;
