/** Bookinfo as data: which applications there are, what they publish and whom they ask. Who starts them is told by this. */

/** How one application asks another: the variables of its environment that say where. */
export interface Dependency {
  readonly service: string;
  /** Gets the address of the egress of the application's proxy: `http://host:port` for HTTP, `host:port` for Bolt and Dubbo. */
  readonly addressVariable: string;
  /** Gets the name under which the service is asked for; Bolt needs none, its frames name the interface. */
  readonly hostVariable?: string;
  /** The variable gets `http://` and the name instead, and the JVM the address of the egress as its HTTP proxy. */
  readonly asHttpProxy?: boolean;
}

/** An application on the JVM: what it is compiled of. */
export interface JavaProgram {
  readonly framework: string;
  readonly mainClass: string;
  readonly pom: URL;
  readonly sources: readonly URL[];
  readonly cache: URL;
}

export interface ServiceInstance {
  /** Application name, as rules and the topology show it. */
  readonly app: string;
  /** Version of the application, or null when there is only one. */
  readonly version: string | null;
  /** Script for Node; null for an application on the JVM. */
  readonly program: URL | null;
  readonly java?: JavaProgram;
  readonly protocol: 'Http1' | 'bolt' | 'dubbo';
  /** The dataId under which it is published. */
  readonly dataId: string;
  readonly dependencies: readonly Dependency[];
}

const DETAILS = 'details.bookinfo:9080@Http1';
const REVIEWS = 'reviews.bookinfo:9080@Http1';
const PRODUCTPAGE = 'productpage.bookinfo:9080@Http1';
const RATINGS = 'com.weft.bookinfo.RatingsService:1.0@DEFAULT';

/** Sources run as they are; what was built lies beside as `.js`. */
const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const program = (name: string): URL => new URL(`../apps/${name}.${extension}`, import.meta.url);

function reviews(version: string): ServiceInstance {
  const dependencies = version === 'v1' ? [] : [{ service: RATINGS, addressVariable: 'RATINGS_ADDRESS' }];
  return { app: 'reviews', version, program: program('reviews'), protocol: 'Http1', dataId: REVIEWS, dependencies };
}

/** The applications in the order in which they are started: whoever is asked comes before whoever asks. */
export const bookinfo: readonly ServiceInstance[] = [
  { app: 'ratings', version: null, program: program('ratings'), protocol: 'bolt', dataId: RATINGS, dependencies: [] },
  { app: 'details', version: null, program: program('details'), protocol: 'Http1', dataId: DETAILS, dependencies: [] },
  reviews('v1'),
  reviews('v2'),
  reviews('v3'),
  {
    app: 'productpage',
    version: null,
    program: program('productpage'),
    protocol: 'Http1',
    dataId: PRODUCTPAGE,
    dependencies: [
      { service: DETAILS, addressVariable: 'DETAILS_URL', hostVariable: 'DETAILS_HOST' },
      { service: REVIEWS, addressVariable: 'REVIEWS_URL', hostVariable: 'REVIEWS_HOST' },
    ],
  },
];

const VOTES = 'com.weft.bookinfo.VotesService:1.0@dubbo';

/** The repository's own folder, seen from the sources as well as from what was built of them. */
const root = new URL(extension === 'ts' ? '../../../' : '../../../../', import.meta.url);

function onJvm(
  app: string,
  framework: string,
  mainClass: string,
): Pick<ServiceInstance, 'app' | 'version' | 'program' | 'java'> {
  const folder = new URL(`demo/java/${app}/`, root);
  const sources = [new URL('demo/java/contract/', root), new URL('src/', folder)];
  const cache = new URL('node_modules/.cache/weft-java/', root);
  return {
    app,
    version: null,
    program: null,
    java: { framework, mainClass, pom: new URL('pom.xml', folder), sources, cache },
  };
}

/**
 * Bookinfo with three frameworks of the JVM: details on Spring Cloud, which asks reviews; ratings on SOFARPC, which asks
 * votes on Dubbo.
 */
export const bookinfoWithJava: readonly ServiceInstance[] = [
  { ...onJvm('votes', 'Dubbo', 'com.weft.bookinfo.votes.Votes'), protocol: 'dubbo', dataId: VOTES, dependencies: [] },
  {
    ...onJvm('ratings', 'SOFARPC', 'com.weft.bookinfo.ratings.Ratings'),
    protocol: 'bolt',
    dataId: RATINGS,
    dependencies: [{ service: VOTES, addressVariable: 'VOTES_ADDRESS' }],
  },
  ...bookinfo.filter(({ app }) => app === 'reviews'),
  {
    ...onJvm('details', 'Spring Cloud', 'com.weft.bookinfo.details.Details'),
    protocol: 'Http1',
    dataId: DETAILS,
    dependencies: [{ service: REVIEWS, addressVariable: 'REVIEWS_URI', asHttpProxy: true }],
  },
  ...bookinfo.filter(({ app }) => app === 'productpage'),
];
