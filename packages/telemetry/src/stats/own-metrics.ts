import { EDGE_BOUNDS_MS } from '../edges/index.ts';

/**
 * Metrics that the main thread keeps itself, in plain memory: nothing here is touched by a request. Names not listed may be
 * used too; they show without a help text of their own until `StatsStore.define` gives them one.
 */
export type MetricType = 'counter' | 'gauge' | 'histogram';

export interface MetricDefinition {
  readonly name: string;
  readonly type: MetricType;
  readonly labels: readonly string[];
  /** '1' for a plain number. */
  readonly unit: string;
  readonly help: string;
  /** Upper bounds of a histogram, ascending, without +Inf. */
  readonly bounds?: readonly number[];
  /** Carries the label `component` of the process that exposes it. */
  readonly component?: boolean;
}

/** Upper bounds in seconds of `weft_process_eventloop_lag_seconds`. */
export const LAG_BOUNDS_SECONDS: readonly number[] = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

const counter = (name: string, labels: readonly string[], help: string, unit = '1'): MetricDefinition => ({
  name,
  type: 'counter',
  labels,
  unit,
  help,
});
const gauge = (name: string, labels: readonly string[], help: string, unit = '1'): MetricDefinition => ({
  name,
  type: 'gauge',
  labels,
  unit,
  help,
});
const ofComponent = (definition: MetricDefinition): MetricDefinition => ({
  ...definition,
  labels: ['component', ...definition.labels],
  component: true,
});

export const OWN_METRICS: readonly MetricDefinition[] = [
  counter('healthcheck_attempt', ['service'], 'Health checks made.'),
  counter('healthcheck_success', ['service'], 'Health checks that the host passed.'),
  counter('healthcheck_failure', ['service'], 'Health checks that the host failed.'),
  counter('healthcheck_active_failure', ['service'], 'Failures of active checks.'),
  counter('healthcheck_passive_failure', ['service'], 'Failures seen in traffic.'),
  counter('healthcheck_network_failure', ['service'], 'Checks that failed because the host could not be reached.'),
  counter('healthcheck_verify_cluster', ['service'], 'Checks that failed because the host belongs to another cluster.'),
  gauge('healthcheck_healthy', ['service'], 'Healthy hosts.'),
  gauge('healthcheck_healty', ['service'], 'The same as healthcheck_healthy, in the spelling of MOSN.'),
  gauge('meta_mosn_state_code', [], 'State of the proxy as a number, as MOSN exposes it.'),
  gauge('weft_proxy_state', [], 'State of the proxy as a number; 0 is running.'),
  gauge('weft_proxy_checker_failures', [], 'Self-checks that failed one after the other.'),
  counter(
    'weft_proxy_config_applied_total',
    ['source', 'result'],
    'Configurations received, by where they came from and what became of them.',
  ),
  gauge('weft_proxy_snapshot_in_use', ['kind'], '1 while a snapshot from disk stands in for its source.'),
  gauge('weft_proxy_snapshot_age_seconds', ['kind'], 'Age of the snapshot on disk.', 'seconds'),
  gauge('weft_proxy_threads', [], 'Data threads that are running.'),
  counter('weft_proxy_thread_restarts_total', ['thread'], 'Data threads that were replaced.'),
  gauge(
    'weft_proxy_thread_away_seconds',
    ['thread'],
    'Time from the last sign of life of a data thread until the one in its place served, the last time.',
    'seconds',
  ),
  counter('weft_log_lines_dropped_total', [], 'Log lines that found the queue of their file full.'),
  counter(
    'weft_governance_total',
    ['type', 'rule', 'resource', 'direction', 'mode', 'verdict'],
    'Requests that met a governance rule, by what it said: pass, reject, would_reject (of a watching rule) or error.',
  ),
  counter(
    'weft_route_group_total',
    ['rule', 'service', 'group'],
    'Requests that a routing rule sent to a group of instances.',
  ),
  counter(
    'weft_mirror_total',
    ['rule', 'result'],
    'Copies of requests: ok, error, failed (no answer), dropped or rested (not sent; the target did not take earlier ones).',
  ),
  gauge('weft_limit_tokens', ['rule', 'resource'], 'Tokens in the bucket of a rate limit.'),
  gauge('weft_limit_inflight', ['rule', 'resource'], 'Requests under way that a limit of concurrency counts.'),
  gauge('weft_fuse_state', ['rule', 'resource'], 'State of a circuit breaker: 0 closed, 1 half open, 2 open.'),
  gauge('weft_isolated_hosts', ['rule', 'resource'], 'Instances that an isolation rule leaves out, or would.'),
  gauge('weft_rule_version', ['dataId'], 'Version of the document of rules in force.'),
  gauge('weft_endpoints', ['cluster', 'state'], 'Hosts of a cluster by state.'),
  counter(
    'weft_metrics_folded_total',
    ['kind'],
    'Label sets that went into the label value __other__ because of the limit on series.',
  ),
  gauge(
    'weft_metrics_folded_groups',
    ['kind'],
    'Label sets of which only the key series show, because of the limit on series.',
  ),
  ofComponent(gauge('weft_build_info', ['version', 'revision', 'node'], 'Always 1; the labels say what is running.')),
  ofComponent(gauge('weft_process_cpu_ratio', [], 'Share of the CPU limit that the process uses.')),
  ofComponent(gauge('weft_process_memory_ratio', [], 'Share of the memory limit that the process uses.')),
  ofComponent(gauge('weft_process_heap_bytes', ['space'], 'Bytes of the JavaScript heap in use.', 'bytes')),
  ofComponent(gauge('weft_process_open_fds', [], 'File descriptors that are open.')),
  ofComponent({
    name: 'weft_process_eventloop_lag_seconds',
    type: 'histogram',
    labels: ['thread'],
    unit: 'seconds',
    help: 'How late the event loop of a thread ran its timers.',
    bounds: LAG_BOUNDS_SECONDS,
  }),
  ofComponent(
    counter(
      'weft_log_lines_total',
      ['file', 'level'],
      'Log lines by file and level, repeats and dropped lines included.',
    ),
  ),
  ofComponent(counter('weft_log_dropped_lines_total', ['file'], 'Log lines dropped because their queue was full.')),
  ofComponent(gauge('weft_log_bytes', ['file'], 'Size of the log file.', 'bytes')),
  counter(
    'weft_requests_total',
    ['direction', 'protocol', 'source_app', 'target_app', 'service', 'result'],
    'Requests of a proxy in a mesh, by service; result is ok, error or rejected; what a rule answers in place of the service is ok.',
  ),
  {
    name: 'weft_service_request_duration_seconds',
    type: 'histogram',
    labels: ['direction', 'protocol', 'source_app', 'target_app', 'service'],
    unit: 'seconds',
    help: 'Time from the head of a request to the end of its answer, by service.',
    bounds: EDGE_BOUNDS_MS.map((bound) => bound / 1000),
  },
  counter('process_cpu_seconds_total', [], 'User and system CPU time of the process.', 'seconds'),
  gauge('process_resident_memory_bytes', [], 'Resident memory of the process.', 'bytes'),
  gauge('process_open_fds', [], 'File descriptors that are open.'),
  gauge('process_max_fds', [], 'Most file descriptors that may be open.'),
  gauge('process_start_time_seconds', [], 'Start of the process since the Unix epoch.', 'seconds'),
];
