import { Enum, List, type Parsed, Text, Type } from '../author/index.ts';
import { IsolateSpec } from './isolate-spec.ts';
import { ruleBodyFields } from './rule-body.ts';

/** A rule that isolates instances, as it is created and replaced. */
export const IsolateRuleBody = Type.Object(
  {
    ...ruleBodyFields,
    direction: Enum(['CLIENT'], {
      title: 'Direction',
      description: 'Instances are isolated at the caller, which chooses among them.',
      default: 'CLIENT',
      ignoreCase: true,
      unsupported: {
        SERVER: 'callers leave out the instances that fail for them; an instance cannot take itself out of their lists',
      },
      examples: ['CLIENT'],
      form: {
        zh: { title: '方向', description: '在选择实例的调用方隔离。' },
        widget: 'radio',
        values: { CLIENT: { en: 'Client side', zh: '客户端' } },
      },
    }),
    services: List(Text({ description: 'The dataId of a service, or `*` for all.', minLength: 1, maxLength: 512 }), {
      title: 'Services',
      description:
        'Services whose instances are judged, each service for itself; * is every service that the app calls.',
      default: ['*'],
      minItems: 1,
      maxItems: 100,
      examples: [['reviews.bookinfo:9080@Http1']],
      form: {
        zh: { title: '服务', description: '判定其实例的服务，各服务独立统计，* 表示该应用调用的全部服务。' },
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
