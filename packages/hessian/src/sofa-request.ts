/** What SOFARPC calls the object that says what is called, and its fields; the arguments stand behind it. */
export const SOFA_REQUEST = {
  className: 'com.alipay.sofa.rpc.core.request.SofaRequest',
  targetApp: 'targetAppName',
  method: 'methodName',
  /** `interface:version[:uniqueId]`. */
  service: 'targetServiceUniqueName',
} as const;
