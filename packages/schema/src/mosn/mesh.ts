import { Count, Duration, List, Name, type Parsed, Text, TextMap, Type } from '../author/index.ts';

const listenerName = (description: string, example: string) =>
  Text({ description, default: '', maxLength: 256, examples: [example] });

const meshProtocol = Type.Object(
  {
    protocol: Name({
      description: 'Protocol of the services, as `downstream_protocol` names it.',
      examples: ['Http1', 'bolt'],
    }),
    ingress_listener: listenerName(
      'Listener for calls to the application of this proxy; its address is what gets published. Without one, nothing of this protocol can be published.',
      'http_ingress',
    ),
    egress_listener: listenerName(
      'Listener for calls of the application to others; its address is what a subscriber is told. Without one, nothing of this protocol can be subscribed.',
      'http_egress',
    ),
    app_port: Count({
      description: 'Port of the application on 127.0.0.1, for publications that name none; 0 = they must.',
      default: 0,
      maximum: 65_535,
      examples: [9080],
    }),
  },
  { description: 'How services of one protocol come in and go out.' },
);
export type MeshProtocolConfig = Parsed<typeof meshProtocol>;

const discovery = Type.Object(
  {
    address: Text({
      description:
        'Address of the API by which applications publish and subscribe. Callers that are not on this machine are refused.',
      default: '127.0.0.1:13330',
      minLength: 1,
      maxLength: 512,
      examples: ['127.0.0.1:13330'],
    }),
    advertise_address: Text({
      description: 'IP address under which other proxies reach this one. By default that of the ingress listener.',
      default: '',
      maxLength: 64,
      examples: ['10.0.0.7'],
    }),
    lease: Duration({
      description: 'What this proxy has published vanishes so long after the registry heard of it for the last time.',
      default: '10s',
      minimum: '2s',
      maximum: '5m',
    }),
    leave_time: Duration({
      description:
        'Callers hear so late, at most, that something is no longer published here: until then what was taken back, or what a proxy that stops gracefully had published, is still served. 0 turns them away at once.',
      default: '5s',
      maximum: '1m',
    }),
    empty_push_hold: Duration({
      description:
        'While the registry is not sure who is there, hosts that a push lacks stay so long when it would empty their list, leave nobody who may be called, or lacks too many (`shrink_guard_percent`). Hosts that it has count at once.',
      default: '30s',
      maximum: '1h',
    }),
    shrink_guard_percent: Count({
      description:
        'Hosts that a push lacks are too many (`empty_push_hold`) when they are a larger share of those that may be called; 100: only when nobody is left who may be.',
      default: 60,
      maximum: 100,
      unit: '%',
    }),
    first_push_wait: Duration({
      description:
        'A call of a subscribed service whose hosts are not known yet waits so long for them; 0 answers 502 at once.',
      default: '3s',
      maximum: '1m',
    }),
    connect_ejection: Duration({
      description:
        'A discovered host that refuses connections gets no more calls for so long; 0 goes on trying. The registry takes a dead host away when its lease ends.',
      default: '5s',
      maximum: '10m',
    }),
    retries: Count({
      description:
        'How often a call of a discovered service is repeated at another host: when a host cannot be reached, and when GET, HEAD, OPTIONS, PUT or DELETE are answered with 502; 0 = never.',
      default: 2,
      maximum: 10,
    }),
    protocols: List(meshProtocol, { description: 'Protocols in the mesh, each at most once.', maxItems: 16 }),
  },
  { description: 'Services that are published and subscribed at run time.', default: {}, 'x-weft-strict': true },
);
export type DiscoveryConfig = Parsed<typeof discovery>;

const control = Type.Object(
  {
    address: Text({
      description: '`host:port` of the control plane. `--control` of `weft proxy start` beats it.',
      minLength: 1,
      maxLength: 512,
      examples: ['127.0.0.1:9880'],
    }),
    key_file: Text({
      description:
        'File with the access key of this proxy (JSON, readable for its owner only). `--control-key-file` and WEFT_CONTROL_KEY_FILE beat it.',
      default: '',
      maxLength: 4096,
      examples: ['/etc/weft/proxy-key.json'],
    }),
    fresh_wait: Duration({
      description:
        'Time that a start waits for fresh rules and hosts where a snapshot of earlier ones is there; then it goes on with the snapshot.',
      default: '5s',
      maximum: '5m',
    }),
  },
  { description: 'The control plane.', 'x-weft-strict': true },
);

/** What makes a proxy part of a mesh; without it, the file is all there is. */
export const mesh = Type.Object(
  {
    app: Text({
      description: 'Name of the application, as rules and the topology show it. `--app` and APPNAME beat it.',
      default: '',
      maxLength: 128,
      examples: ['reviews'],
    }),
    zone: Text({ description: 'Zone of this proxy.', default: 'DEFAULT_ZONE', maxLength: 64, examples: ['GZ00B'] }),
    data_center: Text({ description: 'Data centre of this proxy.', default: '', maxLength: 64, examples: ['dc1'] }),
    cluster: Text({ description: 'Cluster of machines that this proxy is in.', default: '', maxLength: 64 }),
    labels: TextMap({ description: 'Labels of this proxy, such as the version of its application.', default: {} }),
    control: Type.Optional(control),
    discovery,
  },
  { description: 'The part of this proxy in a mesh.', 'x-weft-strict': true },
);
export type MeshConfig = Parsed<typeof mesh>;
