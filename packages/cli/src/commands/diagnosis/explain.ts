import { type ApiClient, EXPLAINED_PROTOCOLS, type ExplainStep, type RuleVerdictWord } from '@weft/api';
import { EXIT } from '@weft/kit';
import type { Command } from 'commander';
import { collect } from '../../collect.ts';
import { conditionLine } from '../../condition-line.ts';
import { helpText, type Show, withClient, withConnection } from '../../mesh-api/command.ts';
import type { ConnectionOptions } from '../../mesh-api/connection.ts';
import { CommandError } from '../../outcome.ts';
import { findProxy, nameOf } from '../mesh/find-proxy.ts';
import {
  parseQuestion,
  protocolOption,
  type QuestionOptions,
  REQUEST_HELP,
  REQUEST_HELP_MORE,
  SOURCE_IP_HELP,
} from '../question.ts';
import { explainTrace, recentRequests } from './trace.ts';

interface Options extends ConnectionOptions, Partial<QuestionOptions> {
  readonly proxy?: string;
  readonly trace?: string;
  readonly recent?: boolean;
  readonly app?: string;
}

/** `weft explain`. */
export function addExplainCommand(program: Command, show: Show): void {
  withConnection(
    program
      .command('explain')
      .description('what a proxy would do with a request, or what became of one that was served; nothing is sent'),
  )
    .option('--trace <id>', 'a request that was served, by the id of its trace: every proxy and rule on its way')
    .option('--recent', 'the newest requests that rules refused or delayed, or would have')
    .option('--app <name>', 'with --recent: of the proxies of this app')
    .option('-p, --proxy <name>', 'id, name, app, or app and version such as reviews-v2')
    .option('-r, --request <request>', REQUEST_HELP)
    .option('-H, --header <header>', "a header: 'name: value' (may be repeated)", collect)
    .addOption(protocolOption())
    .option('--listener <name>', 'only this listener; otherwise every one that takes the protocol')
    .option('--source-ip <address>', SOURCE_IP_HELP)
    .addHelpText(
      'after',
      helpText(
        '0 it would go through, 1 it or a part of such requests would be refused, that is unknown, or there is no such proxy',
        'weft explain --trace 4bf92f3577b34da6a3ce929d0e0e4736',
        'weft explain --recent --app details',
        "weft explain -p details -r 'GET http://details.bookinfo:9080/details/0' --listener http_ingress",
        "weft explain -p details -r 'GET http://details.bookinfo:9080/details/0' --source-ip 10.0.0.7",
        "weft explain -p ratings -r 'bolt service=com.weft.bookinfo.RatingsService:1.0 method=getRatings'",
        "weft explain -p orders -r 'tri service=com.example.Greeter:1.0:blue method=hello'",
        "weft explain -p orders -r 'gRPC service=helloworld.Greeter method=SayHello host=greeter:50051'",
      ).concat(`\n\n${REQUEST_HELP_MORE}`),
    )
    .action(async (options: Options) => {
      const { trace, recent, proxy: name, request, app } = options;
      if (trace === '')
        throw new CommandError(
          EXIT.USAGE,
          'usage',
          '--trace: found "", expected the id of a trace; weft explain --recent lists some',
        );
      if (trace !== undefined || recent === true) {
        const problem = notTogether(options);
        if (problem !== null) throw new CommandError(EXIT.USAGE, 'usage', problem);
        const about = (client: ApiClient) =>
          trace === undefined ? recentRequests(client, app) : explainTrace(client, trace);
        show(await withClient(options, about));
        return;
      }
      if (name !== undefined && request === undefined)
        throw new CommandError(
          EXIT.USAGE,
          'usage',
          `--request is missing: ${REQUEST_HELP.replace('the request: ', '')}`,
        );
      if (name === undefined && request !== undefined)
        throw new CommandError(EXIT.USAGE, 'usage', '--proxy is missing: which proxy gets the request?');
      if (name === undefined || request === undefined)
        throw new CommandError(EXIT.USAGE, 'usage', 'give --proxy and --request, or --trace, or --recent');
      const question = parseQuestion({ ...options, request });
      const protocol = EXPLAINED_PROTOCOLS.find((name) => name.toLowerCase() === question.protocol.toLowerCase());
      if (protocol === undefined)
        throw new CommandError(
          EXIT.USAGE,
          'usage',
          `--protocol: found "${question.protocol}", expected ${EXPLAINED_PROTOCOLS.join(', ')}`,
        );
      show(
        await withClient(options, async (client) => {
          const proxy = await findProxy(client, name);
          const { service, method, authority, path, listener, headers, sourceIp = '' } = question;
          const result = await client.ms.explain({
            body: {
              proxyId: proxy.proxyId,
              protocol,
              headers: Object.fromEntries(headers),
              ...given({ service, method, authority, path, listener, sourceIp }),
            },
          });
          const text = [
            `${nameOf(proxy)} (${proxy.proxyId.slice(0, 8)})`,
            // The last line is the verdict.
            ...result.steps.filter(({ kind }) => kind !== 'verdict').flatMap(describeStep),
            `→ ${result.verdict}`,
          ].join('\n');
          return { exitCode: result.ok ? EXIT.OK : EXIT.FAILED, text, json: { ...result, proxy: nameOf(proxy) } };
        }),
      );
    });
}

/** What is wrong with the options where a request that was is asked about; null where they go together. */
export function notTogether({ trace, recent, proxy, request }: Partial<Options>): string | null {
  const first = trace === undefined ? '--recent' : '--trace';
  const other =
    trace !== undefined && recent === true
      ? '--recent'
      : proxy !== undefined
        ? '--proxy'
        : request !== undefined
          ? '--request'
          : null;
  if (other === null) return null;
  const instead = first === '--recent' && other === '--proxy' ? '; --app says of which application' : '';
  return `${first} and ${other} do not go together${instead}`;
}

/** Only what has a value: an empty text is not the same as nothing. */
function given(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
}

/** The request does not get to the service. */
const STOPS: ReadonlySet<string> = new Set(['reject', 'answer', 'fault'] satisfies RuleVerdictWord[]);

/** A step of an explanation, in lines. */
export function describeStep({ kind, title, matched, verdict, detail, conditions }: ExplainStep): string[] {
  if (kind === 'note') return [`  ${title}:`];
  const mark =
    verdict === 'unknown'
      ? '?'
      : matched === null
        ? ' '
        : matched && (verdict === null || !STOPS.has(verdict))
          ? '✓'
          : '✗';
  return [
    `  ${mark} ${title}${detail === '' ? '' : `: ${detail}`}`,
    ...conditions.map((condition) => `      ${conditionLine(condition)}`),
  ];
}
