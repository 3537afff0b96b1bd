import { Enum, type Parsed, Type } from '../author/index.ts';
import { MirrorSpec } from './mirror-spec.ts';
import { ruleBodyFields } from './rule-body.ts';

/** A mirroring rule, as it is created and replaced. */
export const MirrorRuleBody = Type.Object(
  {
    ...ruleBodyFields,
    mode: Enum(['CONTROL'], {
      title: 'Mode',
      description: 'A mirroring rule copies; a share of 0 copies nothing.',
      default: 'CONTROL',
      ignoreCase: true,
      examples: ['CONTROL'],
      form: {
        zh: { title: '运行模式', description: '镜像规则总是复制请求；比例为 0 时不复制。' },
        widget: 'radio',
        values: { CONTROL: { en: 'Control', zh: '拦截模式' } },
        advanced: true,
      },
    }),
    spec: MirrorSpec,
  },
  {
    title: 'Mirroring rule',
    description: 'A mirroring rule.',
    'x-weft-strict': true,
    'x-weft-form': { zh: { title: '镜像规则', description: '流量镜像规则。' } },
  },
);
export type MirrorRuleBody = Parsed<typeof MirrorRuleBody>;
