import { type DescribedCall, namedHeaders } from '@weft/sdk';

const PROTOCOL = /@dubbo$/;

/** Takes the service as rules name it, `interface[:version][:group]@dubbo`, or the interface with the headers `version` and `group`. */
export function describeDubbo(call: DescribedCall): DescribedCall {
  const given = (name: string): string | undefined => call.headers.find(([key]) => key === name)?.[1];
  const parts = call.service.replace(PROTOCOL, '').split(':');
  const [service = '', version = given('version') ?? '', group = given('group') ?? ''] = parts;
  const names = [service, version, group].filter((part) => part !== '');
  return {
    ...call,
    service: service === '' ? '' : `${names.join(':')}@dubbo`,
    headers: namedHeaders(call, { service, method: call.method, version, group }),
  };
}

/** Requests say interface, version and group of `interface[:version][:group]` in fields of their own. */
export function dubboServiceFields(name: string): Readonly<Record<string, string>> {
  const [service = '', version = '', group = ''] = name.split(':');
  return Object.fromEntries(Object.entries({ service, version, group }).filter(([, value]) => value !== ''));
}
