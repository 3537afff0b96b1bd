import { findTool } from './tools.ts';

/** Several of them share a machine with the mesh: small, and started fast rather than optimised. */
const SMALL = ['-Xmx128m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];
/** What the Hessian of Dubbo and SOFARPC needs to see of the JDK. */
const OPEN = ['java.lang', 'java.math', 'java.util'].map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED`);

/** How to start a class; `httpProxyPort` is where it sends what it asks over HTTP. */
export function javaArguments(
  mainClass: string,
  classPath: string,
  httpProxyPort: number | null,
): { readonly program: string; readonly args: readonly string[] } {
  const proxy =
    httpProxyPort === null
      ? []
      : ['-Dhttp.proxyHost=127.0.0.1', `-Dhttp.proxyPort=${httpProxyPort}`, '-Dhttp.nonProxyHosts='];
  return { program: findTool('java') ?? 'java', args: [...SMALL, ...OPEN, ...proxy, '-cp', classPath, mainClass] };
}
