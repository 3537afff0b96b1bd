import { Enum, List, type Parsed, Text, Type } from '../author/index.ts';
import { IsolateSpec } from './isolate-spec.ts';
import { DIRECTIONS, ruleBodyFields } from './rule-body.ts';

/** A rule that isolates instances, as it is created and replaced. */
export const IsolateRuleBody = Type.Object(
  {
    ...ruleBodyFields,
    direction: Enum(DIRECTIONS, {
      title: 'Direction',
      description:
        'CLIENT: each caller leaves out the instances that fail for it. SERVER: the proxy of an instance measures what it answers, and has it taken out of the lists of all callers.',
      default: 'CLIENT',
      ignoreCase: true,
      examples: ['CLIENT'],
      form: {
        zh: {
          title: '方向',
          description:
            '客户端：调用方各自隔离对其失败的实例。服务端：实例的代理统计自身应答，并从全部调用方的列表中摘除该实例。',
        },
        widget: 'radio',
        values: { CLIENT: { en: 'Client side', zh: '客户端' }, SERVER: { en: 'Server side', zh: '服务端' } },
      },
    }),
    services: List(Text({ description: 'The dataId of a service, or `*` for all.', minLength: 1, maxLength: 512 }), {
      title: 'Services',
      description:
        'Services whose instances are judged, each service for itself; * is every service that the app calls, or with SERVER provides.',
      default: ['*'],
      minItems: 1,
      maxItems: 100,
      examples: [['reviews.bookinfo:9080@Http1']],
      form: {
        zh: {
          title: '服务',
          description: '判定其实例的服务，各服务独立统计，* 表示该应用调用（服务端：提供）的全部服务。',
        },
        widget: 'select-service',
      },
    }),
    spec: IsolateSpec,
  },
  {
    title: 'Isolation rule',
    description: 'A rule that isolates instances.',
    'x-weft-strict': true,
    'x-weft-form': { zh: { title: '故障隔离规则', description: '隔离异常实例的规则。' } },
  },
);
export type IsolateRuleBody = Parsed<typeof IsolateRuleBody>;
