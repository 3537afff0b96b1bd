import { type DescribedCall, namedHeaders } from '@weft/sdk';

const GROUP = /@DEFAULT$/;

/** Takes the service with or without the `@DEFAULT` of rules. What the header map of a call from SOFARPC says of its service and method. */
export function describeBolt(call: DescribedCall): DescribedCall {
  const service = call.service.replace(GROUP, '');
  const headers = namedHeaders(call, {
    service,
    sofa_head_target_service: service,
    sofa_head_method_name: call.method,
  });
  return { ...call, service, headers };
}
