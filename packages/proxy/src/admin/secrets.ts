import { isSecretName, MASK, maskText } from '@weft/kit/secret-name';

/** Variables whose values tell nothing that is not known anyway: of the system, of the platform, of the mesh. */
const SHOWN =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_\w+|TZ|TERM|PWD|HOSTNAME|TMPDIR|INVOCATION_ID|NODE_ENV|NODE_VERSION|NODE_OPTIONS|UV_THREADPOOL_SIZE|XDG_\w+|(?:HTTPS?|NO|ALL)_PROXY|KUBERNETES_\w+|POD_\w+|NODE_NAME|NAMESPACE|CONTAINER_NAME|(?:SERVICE|WEFT|MOSN|SOFA|DUBBO|ISTIO)_\w+|CLUSTER_DOMAIN|DRAIN_TIME|LOG_LEVEL|FEATURE_GATES)$/i;

/** The value of an environment variable as far as it may be shown: in full only where the name says that it is harmless. */
export function maskVariable(name: string, value: string): string {
  return SHOWN.test(name) && !isSecretName(name) ? maskText(value) : MASK;
}
