import { GOVERNANCE_LOG_LINES, type LogLine, regexOf } from './log-lines/index.ts';
import { code, generatedNotice, markdownTable } from './markdown.ts';

const SOURCE = 'tools/src/gen-docs/log-lines';

/** What each log is for, in the order of the page. */
const FILES: Readonly<Record<string, string>> = {
  'drm.access.log': 'values of the control plane: who asks for what, what comes, what is in force',
  'flow-control.log': 'figures of each resource, once a second while it is used',
  'flowcontrol-default.log': 'what limits and circuit breakers look at',
  'flowcontrol-block-stat.log': 'what limits and circuit breakers refuse',
  'fuse.log': 'rules and changes of circuit breakers',
  'routerule.log': 'routing rules, and how they end',
  'routerecord.log': 'where single requests were routed to',
  'fault_inject.log': 'injected faults',
  'fault_tolerance.log': 'isolated instances',
  'downgrade.log': 'degradation',
  'rbac.log': 'authorization',
  'mirror.log': 'copies of requests',
  'default.log': 'the log of the proxy, as far as rules write there; its level is that of the proxy',
};

/** Regular expressions of all lines, for what collects logs. */
export function logFormats(): string {
  const lines = GOVERNANCE_LOG_LINES.map((line) => ({
    id: line.id,
    file: line.file,
    level: line.level,
    regex: regexOf(line),
    grep: line.grep,
  }));
  return `${JSON.stringify({ note: `Generated from ${SOURCE} by npm run docs; do not edit.`, lines }, null, 2)}\n`;
}

export function logLinesPage(): string {
  const parts = Object.entries(FILES).map(
    ([file, job]) =>
      `## ${code(file)}\n\n${job[0]?.toUpperCase()}${job.slice(1)}.\n\n${linesOf(GOVERNANCE_LOG_LINES.filter((line) => line.file === file))}`,
  );
  return `${generatedNotice(SOURCE)}

# Logs of governance

The files lie beside the log of the proxy (\`servers[0].default_log_path\`), else in \`logs/\` of the working folder; they come with the first
rule. Each line begins with \`yyyy-MM-dd HH:mm:ss,SSS [LEVEL] \`, the milliseconds always with three digits. Behind it a line about one request has
\`[<connection>,<trace>]\`; either part may be empty, and of requests without both there is nothing. \`grep -r <trace>\` over the
folder finds all verdicts about a request when the logs are at \`DEBUG\`.

All begin at \`INFO\`; \`default.log\` has the level of the configuration. \`GET /api/v1/get_loglevel\` lists them, and

    curl -X POST http://127.0.0.1:34901/api/v1/update_loglevel -d '{"log_level":"DEBUG","log_path":"./logs/mosn/rbac.log","ttl":"10m"}'

sets one in all threads at once: by its path, whole or relative, or by its name alone, or \`*\` for all. With \`ttl\` the level of before is back
after so long. Lines are written behind the requests, and no request waits for one: where the disk is full or too slow they are dropped and counted
in \`weft_log_lines_dropped_total\`, where they come faster than they are taken in \`weft_proxy_log_lines_dropped_total\`.

[log-formats.json](log-formats.json) has a regular expression for each line. Where lines differ from those of other products, and why, is in
[a decision](../decisions/0075-logs-say-what-they-said-elsewhere.md).

The address of \`[drm] fetch\` is that of the control plane as the proxy knows it, over whose link the value came: nothing is fetched over
HTTP. The query behind it is what \`/queryDrmData.htm\` takes on the port for queries of the control plane, and brings as many bytes as the line says.

${parts.join('\n\n')}
`;
}

function linesOf(lines: readonly LogLine[]): string {
  const rows = lines.map(({ level, meaning, example, grep }) => [
    level,
    code(example),
    meaning,
    code(`grep '${grep}'`),
  ]);
  return markdownTable(['Level', 'Example, behind time and level', 'Meaning', 'Found by'], rows);
}
