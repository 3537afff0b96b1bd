import type { RuleRequest } from './rule-request.ts';

/** Where SOFA RPC keeps what it passes on along a trace. */
const SOFA_BAGGAGE = 'rpc_trace_context.sofaPenAttrs';

/** An entry of the baggage that a request carries, as its protocol writes it; '' when it is missing. */
export function baggageOf(request: Pick<RuleRequest, 'isHttp' | 'header'>, name: string): string {
  const { isHttp } = request;
  const text = (isHttp ? '' : request.header(SOFA_BAGGAGE)) || request.header('baggage');
  if (text === '') return '';
  for (const member of text.split(isHttp ? ',' : /[&,]/)) {
    const equals = member.indexOf('=');
    if (equals > 0 && member.slice(0, equals).trim() === name)
      return decode(
        member
          .slice(equals + 1)
          .split(';')[0]
          ?.trim() ?? '',
      );
  }
  return '';
}

function decode(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    // Not percent-encoded: it is what it is.
    return text;
  }
}
