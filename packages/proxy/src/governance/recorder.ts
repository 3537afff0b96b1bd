import { maskText } from '@weft/kit/secret-name';
import { type RequestHead, type RuleDirection, type RuleRequest, traceIdOf, type UnreadCall } from '@weft/sdk';
import { KeptRecords } from './kept-records.ts';
import { RecordedRequest } from './recorded-request.ts';
import { Redaction } from './redaction.ts';

/** How much is recorded; see `governance.record` of the configuration. */
export interface RecordSettings {
  /** Requests per second, caller and service that are drawn at random; 0 = none. */
  readonly samplesPerSecond: number;
  /** Requests per second, caller and service that are kept because something happened to them; 0 = none. */
  readonly noticedPerSecond: number;
  /** Of all data threads. */
  readonly maxBytes: number;
  readonly maxAgeMs: number;
  /** Headers and entries of the baggage that are secret beside those that are named so. */
  readonly redact: readonly string[];
}

/** What the recorder asks of a request. */
export interface RecordedStream {
  readonly request: RequestHead;
  /** Who called and for which service; '' where nobody has looked. */
  readonly callerApp: string;
  readonly askedService: string;
  /** What its protocol cannot read of it; null where it reads all. */
  unread(): UnreadCall | null;
}

/** Pairs of caller and service that are told apart; those beyond share one sample. */
const MAX_EDGES = 256;
/** Of the bytes. */
const SAMPLE_SHARE = 0.75;
const MAX_PATH = 512;
const EDGE_IDLE_SECONDS = 60;
const DIRECTIONS = ['SERVER', 'CLIENT'] as const;

/** The requests of one caller to one service, within the second at hand. */
class Edge {
  readonly caller: string;
  readonly service: string;
  second = -1;
  /** Requests of the second. */
  seen = 0;
  noticed = 0;
  /** The sample of the second. */
  readonly drawn: RecordedRequest[] = [];

  constructor(caller: string, service: string) {
    this.caller = caller;
    this.service = service;
  }
}

/**
 * The requests that a thread remembers. Of each caller and service some per second are drawn at random, each request with
 * the same chance, and each stands for its share of them: the shares of a second sum to what was counted. Requests that
 * something happened to are kept beside them. The oldest go first: by age, and by bytes.
 */
export class RequestRecorder {
  readonly #settings: RecordSettings;
  readonly #redaction: Redaction;
  readonly #wallNow: () => number;
  readonly #random: () => number;
  readonly #edges: readonly Map<string, Map<string, Edge>>[] = [new Map(), new Map()];
  readonly #others = [new Edge('', ''), new Edge('', '')] as const;
  readonly #last: Edge[] = [...this.#others];
  #edgeCount = 0;
  readonly #sample: KeptRecords;
  /** Of their own, so that a storm of refusals does not shorten the window of the sample. */
  readonly #noticed: KeptRecords;
  #seq = 0;
  #sweptSecond = 0;
  /** Where the request goes that is being recorded; -1: not into the sample. */
  #place = -1;

  /** `threads`: as many share `maxBytes`. */
  constructor(settings: RecordSettings, threads: number, wallNow: () => number, random: () => number) {
    this.#settings = settings;
    const maxBytes = settings.maxBytes / threads;
    this.#sample = new KeptRecords(maxBytes * SAMPLE_SHARE, settings.maxAgeMs);
    this.#noticed = new KeptRecords(maxBytes * (1 - SAMPLE_SHARE), settings.maxAgeMs);
    this.#redaction = new Redaction(settings.redact);
    this.#wallNow = wallNow;
    this.#random = random;
  }

  get redaction(): Redaction {
    return this.#redaction;
  }

  get bytes(): number {
    return this.#sample.bytes + this.#noticed.bytes;
  }

  /**
   * Counts a request, and begins its record when it is drawn, or when something happened to it: `keep` follows at once.
   * Null for most.
   *
   * @param nowMs on the clock of the rules
   * @param request points at this request
   */
  begin(
    direction: RuleDirection,
    stream: RecordedStream,
    nowMs: number,
    noticed: boolean,
    request: RuleRequest,
  ): RecordedRequest | null {
    const edge = this.#edgeOf(direction, stream);
    const second = Math.floor(nowMs / 1000);
    if (second !== edge.second) this.#turn(edge, second);
    const { samplesPerSecond, noticedPerSecond } = this.#settings;
    const count = ++edge.seen;
    this.#place = count <= samplesPerSecond ? count - 1 : this.#draw(count, samplesPerSecond);
    if (this.#place < 0 && !(noticed && edge.noticed < noticedPerSecond)) return null;
    if (this.#place < 0) edge.noticed++;
    const { redaction } = this;
    const record = new RecordedRequest(
      DIRECTIONS[direction] as 'SERVER' | 'CLIENT',
      stream.request.protocol,
      traceIdOf(request),
      this.#wallNow(),
      request,
      redaction.headersOf(stream.request),
      maskText(request.path.slice(0, MAX_PATH)),
      stream.unread(),
    );
    record.noticed = noticed;
    if (this.#place < 0) return record;
    const before = edge.drawn[this.#place];
    edge.drawn[this.#place] = record;
    // It gave way to another one by chance; what happened to it is remembered all the same.
    if (before?.noticed === true) this.#noticed.push(before, this.#wallNow());
    return record;
  }

  /** Takes the record that `begin` gave, now that it is complete. */
  keep(record: RecordedRequest): void {
    record.seq = ++this.#seq;
    if (this.#place < 0) this.#noticed.push(record, this.#wallNow());
  }

  /** Each request so far has the same chance to be among the sample. */
  #draw(count: number, size: number): number {
    if (size === 0) return -1;
    const drawn = Math.floor(this.#random() * count);
    return drawn < size ? drawn : -1;
  }

  #edgeOf(direction: RuleDirection, { callerApp, askedService, request }: RecordedStream): Edge {
    const service = askedService || request.service || (request.family === 'http' ? request.authority : '');
    const last = this.#last[direction] as Edge;
    if (last.service === service && last.caller === callerApp) return last;
    const edges = this.#edges[direction] as Map<string, Map<string, Edge>>;
    const edge = edges.get(service)?.get(callerApp) ?? this.#add(direction, edges, service, callerApp);
    this.#last[direction] = edge;
    return edge;
  }

  #add(direction: RuleDirection, edges: Map<string, Map<string, Edge>>, service: string, caller: string): Edge {
    if (this.#edgeCount >= MAX_EDGES) return this.#others[direction] as Edge;
    const edge = new Edge(caller, service);
    const byCaller = edges.get(service);
    if (byCaller === undefined) edges.set(service, new Map([[caller, edge]]));
    else byCaller.set(caller, edge);
    this.#edgeCount++;
    return edge;
  }

  /** Another second begins: the sample of the one before is what it is. */
  #turn(edge: Edge, second: number): void {
    this.#close(edge);
    edge.second = second;
    if (second - this.#sweptSecond < EDGE_IDLE_SECONDS) return;
    this.#sweptSecond = second;
    for (const edges of this.#edges)
      for (const [service, byCaller] of edges) {
        for (const [caller, other] of byCaller) {
          if (second - other.second < EDGE_IDLE_SECONDS) continue;
          this.#close(other);
          byCaller.delete(caller);
          this.#edgeCount--;
        }
        if (byCaller.size === 0) edges.delete(service);
      }
    this.#last[0] = this.#others[0];
    this.#last[1] = this.#others[1];
  }

  #close(edge: Edge): void {
    const { drawn, seen } = edge;
    const share = drawn.length === 0 ? 0 : Math.floor(seen / drawn.length);
    const rest = seen - share * drawn.length;
    for (const [index, record] of drawn.entries()) {
      record.stands = share + (index < rest ? 1 : 0);
      this.#sample.push(record, this.#wallNow());
    }
    drawn.length = 0;
    edge.seen = 0;
    edge.noticed = 0;
  }

  /** What is remembered, in the order in which it came. Closes the second at hand: what follows in it counts anew. */
  records(): RecordedRequest[] {
    for (const edge of this.#others) this.#close(edge);
    for (const edges of this.#edges)
      for (const byCaller of edges.values()) for (const edge of byCaller.values()) this.#close(edge);
    const now = this.#wallNow();
    this.#sample.evict(now);
    this.#noticed.evict(now);
    return [...this.#sample.list(), ...this.#noticed.list()].sort((a, b) => a.atMs - b.atMs);
  }
}
