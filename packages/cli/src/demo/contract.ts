/** What the demo needs of the composition root: the applications, and how `weft` itself is started. */
export interface DemoServices {
  /** Script that starts `weft`. */
  readonly launcher: string;
  /** The applications in the order in which they are started. */
  readonly instances: readonly DemoInstance[];
  /** The same with some of them on the JVM; for `--java`. */
  readonly javaInstances: readonly DemoInstance[];
  /** Builds the pages of the console, where they are missing or older than their sources; null where they are not. */
  readonly consoleBuild: {
    readonly program: string;
    readonly args: readonly string[];
    readonly directory: string;
  } | null;
}

/** An application of the demo. */
export interface DemoInstance {
  readonly app: string;
  /** Null when there is only one. */
  readonly version: string | null;
  /** Script for Node, or null for an application on the JVM. */
  readonly program: URL | null;
  readonly java?: JavaProgram;
  readonly protocol: 'Http1' | 'bolt' | 'dubbo';
  /** The dataId under which it is published. */
  readonly dataId: string;
  readonly dependencies: readonly DemoDependency[];
}

/** An application on the JVM, compiled by the demo. */
export interface JavaProgram {
  /** Its framework, for people. */
  readonly framework: string;
  readonly mainClass: string;
  /** What it is compiled against. */
  readonly pom: URL;
  /** Folders of sources. */
  readonly sources: readonly URL[];
  /** Folder for what was built; it may not be there yet. */
  readonly cache: URL;
}

export interface DemoDependency {
  /** The dataId that is asked for. */
  readonly service: string;
  /** Variable of the environment that gets `http://host:port` for HTTP, `host:port` for Bolt and Dubbo. */
  readonly addressVariable: string;
  /** Variable that gets the name under which it is asked for. */
  readonly hostVariable?: string;
  /** HTTP from a JVM: the variable gets `http://` and the name, and the JVM the address as that of its HTTP proxy. */
  readonly asHttpProxy?: boolean;
}

/** Where things of a demo that runs are. */
export interface DemoPlaces {
  /** Console and HTTP interface, without a slash at the end. */
  readonly console: string;
  /** Where a browser sees the page. */
  readonly page: string;
  /** Null when the data directory is an old one: the password has been chosen. */
  readonly login: { readonly user: string; readonly oneTimePassword: string } | null;
}
