import {
  Count,
  Duration,
  Enum,
  Flag,
  Ignored,
  JsonMap,
  List,
  Name,
  type Parsed,
  Text,
  Type,
  Unsupported,
} from '../author/index.ts';
import { headerLists, ignoredMetadata, perFilterConfig } from './common.ts';

const MAX_REGEX_LENGTH = 4096;

export const headerMatch = Type.Object(
  {
    name: Text({
      description: 'Name of the header; `method` is the method of an HTTP request.',
      minLength: 1,
      maxLength: 256,
      examples: ['service'],
    }),
    value: Text({
      description: 'The value, or an expression that it must contain a match of.',
      default: '',
      maxLength: MAX_REGEX_LENGTH,
    }),
    regex: Flag({ description: 'Takes `value` as a regular expression.', default: false }),
  },
  { description: 'One condition on a header.' },
);

export const variableMatch = Type.Object(
  {
    name: Name({ description: 'Name of the variable.', examples: ['x-mosn-path'] }),
    value: Text({ description: 'The value, compared exactly.', default: '', maxLength: MAX_REGEX_LENGTH }),
    regex: Text({ description: 'A regular expression in place of `value`.', default: '', maxLength: MAX_REGEX_LENGTH }),
    model: Enum(['and', 'or'], {
      description:
        'How this condition is joined with the next one; conditions are evaluated from the first to the last.',
      default: 'and',
      zeroIsDefault: true,
    }),
  },
  { description: 'One condition on a variable.' },
);

export const routeMatch = Type.Object(
  {
    prefix: Text({
      description:
        'Beginning of the path, case-sensitive. Neither CONNECT, which has no path, nor `OPTIONS *` begins with /.',
      default: '',
      maxLength: 4096,
      examples: ['/api/'],
    }),
    path: Text({
      description: 'The whole path, case-sensitive; `*` is the target of `OPTIONS *`.',
      default: '',
      maxLength: 4096,
      examples: ['/healthz'],
    }),
    regex: Text({
      description: 'Regular expression that the path must contain a match of. No look-around and no back-references.',
      default: '',
      maxLength: MAX_REGEX_LENGTH,
      examples: ['^/v[0-9]+/'],
    }),
    headers: List(headerMatch, { description: 'Conditions on headers; all must hold.', maxItems: 64 }),
    variables: List(variableMatch, { description: 'Conditions on variables.', maxItems: 64 }),
    dsl_expressions: Unsupported(
      List(JsonMap({ description: 'One expression.' }), { description: 'Conditions in the expression language.' }),
      'the expression language is not in this release: use headers, variables or regex',
    ),
  },
  {
    description:
      'Which requests the route takes. Of prefix, path, regex and variables the first that is given counts; headers always do. CONNECT has no path: a match without prefix, path and regex takes it, such as one of the header `method` alone.',
  },
);

export const retryPolicy = Type.Object(
  {
    retry_on: Flag({
      description: 'Retries what is safe to retry; false retries nothing.',
      default: false,
      examples: [true],
    }),
    retry_timeout: Duration({
      description: 'Time for one attempt; 0 leaves only the timeout of the route.',
      default: 0,
      examples: ['2s'],
    }),
    num_retries: Count({
      description: 'Attempts after the first one.',
      default: 3,
      maximum: 100,
      unit: 'attempts',
      examples: [1],
    }),
    status_codes: List(Count({ description: 'A status code.', minimum: 100, maximum: 599 }), {
      description: 'Status codes that are retried; when empty, those from 500.',
      maxItems: 500,
      examples: [[502, 503]],
    }),
  },
  { description: 'What happens when an attempt fails.' },
);
export type RetryPolicyConfig = Parsed<typeof retryPolicy>;

export const weightedCluster = Type.Object(
  {
    cluster: Type.Object(
      {
        name: Name({ description: 'Name of the cluster.', examples: ['backend-v2'] }),
        weight: Count({
          description: 'Its share of the sum of all weights.',
          default: 0,
          maximum: 1_000_000,
          examples: [10],
        }),
        metadata_match: ignoredMetadata('Labels that the host must have.'),
      },
      { description: 'The cluster.' },
    ),
  },
  { description: 'One cluster and its share.' },
);

export const routeAction = Type.Object(
  {
    cluster_name: Text({
      description: 'Cluster that takes the requests.',
      default: '',
      maxLength: 256,
      examples: ['backend'],
    }),
    cluster_variable: Text({
      description:
        'Variable that holds the name of the cluster; `cluster_name` is used when it is empty. A predefined one, or one that a stream filter declares.',
      default: '',
      maxLength: 256,
    }),
    upstream_protocol: Text({
      description:
        'Protocol towards the hosts; when empty or `Auto`, that of the caller. A transcoder on the listener converts to the one that is named here, to its own where it is empty, and not at all with `Auto`.',
      default: '',
      maxLength: 64,
      examples: ['Http2'],
    }),
    cluster_header: Ignored(
      Text({ description: 'Header that holds the name of the cluster.' }),
      'MOSN never reads it: use cluster_variable',
    ),
    weighted_clusters: List(weightedCluster, {
      description: 'Several clusters by weight, tried in the order given here.',
      maxItems: 256,
      examples: [[{ cluster: { name: 'backend-v1', weight: 90 } }, { cluster: { name: 'backend-v2', weight: 10 } }]],
    }),
    hash_policy: Unsupported(
      List(JsonMap({ description: 'One policy.' }), { description: 'What consistent hashing hashes.' }),
      'consistent hashing is not in this release',
    ),
    metadata_match: ignoredMetadata('Labels that the host must have.'),
    timeout: Duration({
      description:
        'Time for the whole exchange, all attempts and the whole response included. When it is 0, the response must begin within 60 s and may take as long as it flows.',
      default: 0,
      examples: ['3s'],
    }),
    retry_policy: Type.Optional(retryPolicy),
    prefix_rewrite: Text({
      description:
        'Replaces the matched prefix (or path) of the path; begins with /. `x-mosn-original-path` keeps the path as it was.',
      default: '',
      maxLength: 4096,
      examples: ['/v2/'],
    }),
    regex_rewrite: Type.Optional(
      Type.Object(
        {
          pattern: Type.Object(
            {
              google_re2: Ignored(
                JsonMap({ description: 'Bounds of the RE2 engine.' }),
                'the engine of the proxy has bounds of its own',
              ),
              regex: Text({
                description: 'Regular expression.',
                minLength: 1,
                maxLength: MAX_REGEX_LENGTH,
                examples: ['^/users/([0-9]+)'],
              }),
            },
            { description: 'What is replaced.' },
          ),
          substitution: Text({
            description:
              'Replacement; `\\1` to `\\9` stand for the groups, `\\0` for the whole match, `\\\\` for a backslash. A path that does not begin with / behind it gets one.',
            default: '',
            maxLength: 4096,
          }),
        },
        { description: 'Replaces every match in the path; prefix_rewrite beats it.' },
      ),
    ),
    host_rewrite: Text({
      description: 'Host header towards the host.',
      default: '',
      maxLength: 256,
      examples: ['backend.internal'],
    }),
    auto_host_rewrite: Flag({ description: 'Takes the host name of the chosen host as Host header.', default: false }),
    auto_host_rewrite_header: Text({
      description: 'Takes the value of this request header as Host header.',
      default: '',
      maxLength: 256,
    }),
    ...headerLists,
  },
  { description: 'Forwards the request to a cluster.' },
);
export type RouteActionConfig = Parsed<typeof routeAction>;

export const redirectAction = Type.Object(
  {
    response_code: Enum([301, 302, 303, 307, 308], {
      description: 'Status of the redirect.',
      default: 301,
      zeroIsDefault: true,
    }),
    path_redirect: Text({
      description: 'New path, begins with /; the query is kept unless this has one.',
      default: '',
      maxLength: 4096,
    }),
    host_redirect: Text({ description: 'New host, with port where one is needed.', default: '', maxLength: 256 }),
    scheme_redirect: Type.Optional(
      Enum(['http', 'https'], {
        description: 'New scheme; a port that is the default of the other scheme is dropped.',
        ignoreCase: true,
        zeroIsDefault: true,
      }),
    ),
  },
  { description: 'Answers with a redirect.' },
);

export const directResponse = Type.Object(
  {
    status: Count({ description: 'Status of the answer.', minimum: 200, maximum: 599, examples: [200] }),
    body: Text({ description: 'Body of the answer.', default: '', maxLength: 1_048_576, examples: ['ok\n'] }),
  },
  { description: 'Answers without a host.' },
);

export const route = Type.Object(
  {
    match: routeMatch,
    route: Type.Optional(routeAction),
    redirect: Type.Optional(redirectAction),
    direct_response: Type.Optional(directResponse),
    metadata: ignoredMetadata('Labels that the host must have.'),
    per_filter_config: perFilterConfig,
    request_mirror_policies: Unsupported(
      JsonMap({ description: 'Copies requests to another cluster.' }),
      'routes mirror nothing in this release; governance rules of type MIRROR do',
    ),
  },
  { description: 'One route: a match and exactly one of route, redirect and direct_response.' },
);
export type RouteConfig = Parsed<typeof route>;

export const virtualHost = Type.Object(
  {
    name: Text({
      description: 'Name, unique in the router configuration.',
      default: '',
      maxLength: 256,
      examples: ['web'],
    }),
    domains: List(Text({ description: 'A domain.', minLength: 1, maxLength: 512 }), {
      description: 'Host names, `*.suffix` or `*`, each with `:port` or `:*` where it matters; compared without case.',
      minItems: 1,
      examples: [['example.com', '*.example.com']],
    }),
    routers: List(route, { description: 'Routes; the first that matches takes the request.' }),
    require_tls: Ignored(Text({ description: 'Demands TLS.' }), 'MOSN never reads it'),
    ...headerLists,
    per_filter_config: perFilterConfig,
  },
  { description: 'One virtual host.' },
);
export type VirtualHostConfig = Parsed<typeof virtualHost>;

export const routerConfig = Type.Object(
  {
    router_config_name: Name({ description: 'Name by which a `proxy` filter finds it.', examples: ['routes'] }),
    ...headerLists,
    router_configs: Text({
      description:
        'Folder with one virtual host a file, in place of `virtual_hosts`; relative to the configuration file.',
      default: '',
      maxLength: 4096,
    }),
    virtual_hosts: List(virtualHost, { description: 'Virtual hosts.' }),
  },
  { description: 'One router configuration.' },
);
export type RouterConfig = Parsed<typeof routerConfig>;
