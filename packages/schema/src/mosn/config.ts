import { Flag, Ignored, JsonMap, List, type Parsed, Text, Type, Unsupported } from '../author/index.ts';
import { admin } from './admin.ts';
import { clusterManager } from './cluster.ts';
import { governance } from './governance.ts';
import { mesh } from './mesh.ts';
import { metrics } from './metrics.ts';
import { server } from './server.ts';
import { weft } from './weft.ts';

const XDS_HINT =
  'discovery from a control plane (xDS) is not in this release: list listeners, routers and clusters in the file';

/** The whole configuration file. */
export const schema = Type.Object(
  {
    servers: List(server, { description: 'Exactly one server.', minItems: 1, maxItems: 1 }),
    cluster_manager: Type.Object(clusterManager.properties, { description: 'The clusters.', default: {} }),
    admin: Type.Optional(admin),
    metrics: Type.Object(metrics.properties, { description: 'Metrics.', default: {} }),
    weft,
    mesh: Type.Optional(mesh),
    governance,
    pid: Text({
      description: 'Pid file; in `weft.run_dir` when empty.',
      default: '',
      maxLength: 4096,
      examples: ['/run/weft/weft.pid'],
    }),
    uds_dir: Ignored(
      Text({ description: 'Folder of the upgrade sockets.' }),
      'the sockets of the proxy are in `weft.run_dir`',
    ),
    disable_upgrade: Flag({
      description: 'Never takes over from a running proxy. This release never does.',
      default: false,
      alias: ['close_graceful'],
    }),
    inherit_old_mosnconfig: Unsupported(
      Flag({ description: 'Takes the configuration from the process that is replaced.' }),
      'hot upgrade is not in this release',
    ),
    tracing: Unsupported(JsonMap({ description: 'Spans.' }), 'tracing is not in this release', 'enable'),
    pprof: Unsupported(JsonMap({ description: "Go's profiler." }), 'there is no Go process to profile', 'debug'),
    dynamic_resources: Unsupported(JsonMap({ description: 'xDS bootstrap.' }), XDS_HINT),
    static_resources: Unsupported(JsonMap({ description: 'xDS bootstrap.' }), XDS_HINT),
    node: Unsupported(JsonMap({ description: 'Identity towards the control plane.' }), XDS_HINT),
    plugin: Unsupported(
      JsonMap({ description: 'Plugins in processes of their own.' }),
      'Go plugins cannot be loaded: write the extension with the SDK',
    ),
    third_part_codec: Unsupported(
      JsonMap({ description: 'Codecs from Go plugins or Wasm.' }),
      'Go and Wasm codecs cannot be loaded: write the protocol with the SDK',
    ),
    extends: Unsupported(
      List(JsonMap({ description: 'One extension.' }), { description: 'Extensions of the process.' }),
      'no such extension is in this release',
    ),
    wasm_global_plugins: Unsupported(
      List(JsonMap({ description: 'One plugin.' }), { description: 'Wasm plugins.' }),
      'Wasm is not in this release: write the filter with the SDK',
    ),
  },
  { description: 'The configuration file.' },
);
export type MosnConfig = Parsed<typeof schema>;
