type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const seconds = (value: unknown): unknown => (typeof value === 'number' ? value * 1000 : value);
const given = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/**
 * The form `{ruleType, configs, trafficConditions, action}` as a body; any other input comes back as it is. What is wrong in it
 * is found when the body is checked.
 */
export function fromVendorForm(input: unknown): unknown {
  if (!isFields(input) || !isFields(input['configs']) || 'spec' in input) return input;
  const { ruleType, configs, trafficConditions, action, ...rest } = input as Fields & { configs: Fields };
  const actionType = isFields(action) ? action['type'] : action;
  const isRt = typeof ruleType === 'string' && ruleType.toLowerCase() === 'avgrt';
  return {
    ...rest,
    ...(trafficConditions === undefined ? {} : { conditions: trafficConditions }),
    ...(actionType === undefined ? {} : { mode: actionType }),
    spec: given({
      triggerType: ruleType,
      threshold: isRt ? configs['averageRtThreshold'] : configs['errorPercentThreshold'],
      triggerWindowMillis: seconds(configs['totalMetricWindow']),
      floorRequestCount: configs['requestVolumeThreshold'],
      meltWindowMillis: configs['sleepWindow'],
      errorCodes: configs['codes'],
    }),
  };
}
