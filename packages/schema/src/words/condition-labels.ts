/** A text in each language of the console. */
export interface Label {
  readonly en: string;
  readonly zh: string;
}
export type LabelLanguage = keyof Label;

/** What a condition looks at. */
export const CONDITION_TYPE_LABELS = {
  SYSTEM: { en: 'System field', zh: '系统字段' },
  HEADER: { en: 'Header', zh: '请求头' },
  TRACE: { en: 'Trace baggage', zh: '链路透传' },
  CUSTOM: { en: 'Custom', zh: '自定义' },
  LABEL: { en: 'Caller label', zh: '来源标签' },
} as const satisfies Readonly<Record<string, Label>>;

/** How a condition compares, as forms offer it. */
export const CONDITION_OPERATION_LABELS = {
  EQUAL: { en: 'equals', zh: '等于' },
  NOT_EQUAL: { en: 'not equal', zh: '不等于' },
  IN: { en: 'belongs to', zh: '属于' },
  NOT_IN: { en: 'does not belong to', zh: '不属于' },
  REGEX: { en: 'regex', zh: '正则' },
} as const satisfies Readonly<Record<string, Label>>;

/** The fields of type SYSTEM, in the order in which forms offer them. */
export const SYSTEM_FIELD_LABELS = {
  'traffic.type': { en: 'Traffic type', zh: '流量类型' },
  'source.app.name': { en: 'Caller app', zh: '来源应用' },
  'source.ip': { en: 'Caller IP', zh: '来源 IP' },
  'destination.app.name': { en: 'Callee app', zh: '目标应用' },
  'destination.service.name': { en: 'Callee service', zh: '目标服务' },
  'destination.method.name': { en: 'Callee method', zh: '目标方法' },
  'destination.ip': { en: 'Callee IP', zh: '目标 IP' },
  'system.uniqueId': { en: 'Unique id', zh: '唯一标识' },
  'http.method': { en: 'HTTP method', zh: 'HTTP 方法' },
  'http.path': { en: 'HTTP path', zh: 'HTTP 路径' },
} as const satisfies Readonly<Record<string, Label>>;
