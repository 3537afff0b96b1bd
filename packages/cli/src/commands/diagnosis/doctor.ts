import { setTimeout } from 'node:timers/promises';
import { allPages } from '../../mesh-api/all-pages.ts';
import { type Connection, type ConnectionOptions, findConnection } from '../../mesh-api/connection.ts';
import { toCommandError } from '../../mesh-api/failure.ts';
import type { Check } from '../check.ts';
import { nameOf, silentMs } from '../mesh/find-proxy.ts';
import { allRules } from '../rules/find-rule.ts';
import { ruleTypes } from '../rules/rule-types.ts';

const TIMEOUT_MS = 5000;
/** Keys of proxies are refused beyond five minutes; a clock that is that far off is noticed long before. */
const CLOCK_WARN_MS = 2000;
const CLOCK_FAIL_MS = 120_000;
/** A push takes a moment: who is behind twice is behind. */
const PUSH_PAUSE_MS = 1500;

/**
 * What can be seen of the mesh from here. Without an endpoint that was given, and with nobody logged in, only whether a
 * control plane answers at the usual place.
 */
export async function meshChecks(options: ConnectionOptions): Promise<Check[]> {
  const connection = findConnection(options);
  const asked = options.endpoint !== undefined || connection.token !== '';
  const reached = await reach(connection, asked);
  if (!reached.answers) return reached.checks;
  if (connection.token === '')
    return [
      ...reached.checks,
      { name: 'login', result: 'warn', message: `nobody is logged in: weft login --endpoint ${connection.endpoint}` },
    ];
  return [...reached.checks, ...(await insideChecks(connection))];
}

async function reach(
  { endpoint }: Connection,
  asked: boolean,
): Promise<{ readonly answers: boolean; readonly checks: Check[] }> {
  const beforeMs = Date.now();
  try {
    const response = await fetch(`${endpoint}/readyz`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    const text = await response.text();
    // Anything may listen at the usual place; a control plane says whether it is ready.
    if (!asked && !/^\s*\{"ready":/.test(text)) return { answers: false, checks: [noneAt(endpoint)] };
    const ready: Check = response.ok
      ? { name: 'control plane', result: 'ok', message: `${endpoint} is ready` }
      : { name: 'control plane', result: 'fail', message: `${endpoint} is not ready: ${text.slice(0, 200).trim()}` };
    return { answers: true, checks: [ready, clockCheck(response.headers.get('date'), (beforeMs + Date.now()) / 2)] };
  } catch (error) {
    const why = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    return {
      answers: false,
      checks: [
        asked
          ? { name: 'control plane', result: 'fail', message: `${endpoint} does not answer: ${why}` }
          : noneAt(endpoint),
      ],
    };
  }
}

const noneAt = (endpoint: string): Check => ({
  name: 'control plane',
  result: 'ok',
  message: `none at ${endpoint}; \`weft up\` starts one`,
});

/** The clock of the control plane, which is told in whole seconds. */
function clockCheck(date: string | null, nowMs: number): Check {
  const thereMs = Date.parse(date ?? '');
  if (Number.isNaN(thereMs))
    return { name: 'clock', result: 'warn', message: 'the control plane does not tell its time' };
  const offMs = Math.max(0, Math.abs(nowMs - thereMs - 500) - 500);
  const result = offMs > CLOCK_FAIL_MS ? 'fail' : offMs > CLOCK_WARN_MS ? 'warn' : 'ok';
  const advice = result === 'ok' ? '' : '; signatures of proxies need clocks that agree: use NTP';
  return { name: 'clock', result, message: `${(offMs / 1000).toFixed(1)} s off that of the control plane${advice}` };
}

async function insideChecks({ endpoint, token }: Connection): Promise<Check[]> {
  const { createApiClient } = await import('@weft/api');
  const client = createApiClient({ baseUrl: endpoint, token, timeoutMs: TIMEOUT_MS });
  try {
    const { user } = await client.osp.getSession();
    const { items: components } = await client.osp.listComponents();
    const ill = components.filter((item) => item.state === 'failed' || item.state === 'starting');
    const checks: Check[] = [
      { name: 'login', result: 'ok', message: `${user.loginName} at ${endpoint}` },
      ill.length === 0
        ? {
            name: 'components',
            result: 'ok',
            message: `${components.filter((item) => item.state === 'running').length} run`,
          }
        : {
            name: 'components',
            result: 'fail',
            message: ill.map((item) => `${item.name} ${item.state}: ${item.message}`).join('; '),
          },
    ];
    const proxies = await allPages((page) => client.ms.listSidecars({ query: page }));
    const away = proxies.filter((item) => !item.connected);
    const sick = proxies.filter((item) => item.connected && item.healthy === false);
    const silent = proxies.filter((item) => silentMs(item, Date.now()) > 0);
    checks.push({
      name: 'proxies',
      result: sick.length + silent.length > 0 ? 'fail' : away.length > 0 ? 'warn' : 'ok',
      message:
        `${proxies.length - away.length} of ${proxies.length} connected` +
        `${away.length === 0 ? '' : `; away: ${away.slice(0, 5).map(nameOf).join(', ')}`}` +
        `${silent.length === 0 ? '' : `; connected and silent: ${silent.slice(0, 5).map(nameOf).join(', ')} (weft why NAME)`}` +
        `${sick.length === 0 ? '' : `; not well: ${sick.slice(0, 5).map(nameOf).join(', ')} (weft why NAME)`}`,
    });
    const { total, items: refused } = await client.ms.listRefusedConnections({ query: { size: 5 } });
    if (total > 0)
      checks.push({
        name: 'refused proxies',
        result: 'fail',
        message: refused
          .map(
            ({ app, address, reason, advice }) =>
              `${app || 'one without a name'} from ${address}: ${reason}; ${advice}`,
          )
          .concat(total > refused.length ? [`and ${total - refused.length} more`] : [])
          .join('; '),
      });
    const behind = async (): Promise<string[]> =>
      (await allRules(await ruleTypes(client)))
        .filter(({ rule: { push } }) => push.state !== 'ok' && push.state !== 'none')
        .map(({ rule, of }) => `${rule.app}/${rule.name} (${of.kind.segment}) ${rule.push.acked}/${rule.push.target}`);
    let late = await behind();
    if (late.length > 0) {
      await setTimeout(PUSH_PAUSE_MS);
      late = await behind();
    }
    checks.push(
      late.length === 0
        ? { name: 'rules', result: 'ok', message: 'every connected proxy has the rules in force' }
        : {
            name: 'rules',
            result: 'fail',
            message: `${late.slice(0, 5).join(', ')}: weft rule push-status NAME says why`,
          },
    );
    return checks;
  } catch (error) {
    const described = toCommandError(error, endpoint);
    if (described === error) throw error;
    return [{ name: 'login', result: 'fail', message: (described as Error).message }];
  }
}
