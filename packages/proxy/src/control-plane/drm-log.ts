import type { Clock } from '@weft/kit';
import type { MeshHost } from './host.ts';

/** A value in the log is cut here. */
const MAX_LOGGED_CHARACTERS = 16_384;
/** Of a value that was fetched the line shows so much. */
const SHOWN_CHARACTERS = 64;
/** What readers of the log look for where a value is subscribed; nothing of this class goes over the wire. */
const SUBSCRIBE_CLASS = 'com.alipay.drm.client.api.model.pb.SubscriberRegReqPb';
/** Stands behind a value where it is queried over HTTP, and is counted among its bytes. */
const SUFFIX = '@DRM';
/** Addresses of control planes are all alike. */
const WEIGHT = 100;

/** Where the lines go, and for whom. */
export interface DrmLogHost extends Pick<MeshHost, 'drmLog'> {
  readonly config: Pick<MeshHost['config'], 'app' | 'zone' | 'data_center'>;
}

/** Who this proxy is to the control plane. */
export interface DrmIdentity {
  /** Id of the proxy, kept over restarts. */
  readonly uuid: string;
  readonly instanceId: string;
  /** '' for a proxy without a key. */
  readonly accessKey: string;
}

/**
 * The lines of `drm.access.log` about values of the control plane, as tools for MOSN read them. Values come with the push that
 * tells of them: the line of a fetch says what came, and names where the same value can be asked for.
 */
export class DrmLog {
  readonly #host: DrmLogHost;
  readonly #identity: DrmIdentity;
  readonly #clock: Clock;
  #address = '';
  #redialedAtMs: number;
  /** Names that have a value in force. */
  readonly #held = new Set<string>();

  constructor(host: DrmLogHost, identity: DrmIdentity, clock: Clock) {
    this.#host = host;
    this.#identity = identity;
    this.#clock = clock;
    this.#redialedAtMs = clock.now();
  }

  /** How the client is set up, and where its servers come from. */
  configured(address: string, heartbeatMs: number): void {
    const { app, zone, data_center: dataCenter } = this.#host.config;
    const { instanceId, accessKey } = this.#identity;
    const secret = accessKey === '' ? '' : '***';
    // Durations as Go has them, in ns. What is not there at all is a pointer to nothing.
    const config = {
      instanceID: instanceId,
      zone,
      dataCenter,
      appName: app,
      profile: '',
      advertiseIFace: '',
      accessKey: secret,
      secretKey: secret,
      heartbeatInterval: heartbeatMs * 1e6,
      registryLocator: '<nil>',
      boltTransport: '<nil>',
      antvipLocator: '<nil>',
    };
    const fields = Object.entries(config).map(([name, value]) => `${name}:${value}`);
    this.#info(`initialized drm client with config: &{${fields.join(' ')}}`);
    const { ip, port } = splitAddress(address);
    this.#info(`get servers from config: [{${ip} ${WEIGHT} ${port} true   map[]}]`);
  }

  /** A connection is tried. */
  redial(address: string): void {
    this.#address = address;
    this.#redialedAtMs = this.#clock.now();
    this.#info(`redial choose ${address}`);
  }

  /** A subscription goes out: by itself, or on a new connection with all others, from the moment when that was tried. */
  subscribed(dataId: string, sinceMs = this.#redialedAtMs): void {
    const { uuid, instanceId } = this.#identity;
    const fields = { zone: this.#zone, dataId, uuid, instanceId };
    const request = Object.entries(fields).map(([name, value]) => `${name}:${JSON.stringify(value)}`);
    const elapsed = this.#elapsed(sinceMs);
    // Nobody answers it but with what was subscribed.
    this.#info(
      `send class=${SUBSCRIBE_CLASS} req=baseInfo:<${request.join(' ')} > res=<nil> err=<nil> elapsed=${elapsed}`,
    );
  }

  unsubscribed(dataId: string): void {
    this.#held.delete(dataId);
    this.#info(`unsubscribe dataID=${dataId}`);
  }

  /** A value has come over the link. */
  pushed(dataId: string, version: number, value: Uint8Array, receivedAtMs: number): void {
    const zone = this.#zone;
    this.#info(`drm push dataID=${dataId} command="CMD:zone=${zone},version=${version}:R@DRM"`);
    const { instanceId } = this.#identity;
    const query = `dataId=${dataId}&zone=${zone}&version=${version}&profile=&instanceId=${instanceId}`;
    const url = `http://${this.#address}/queryDrmData.htm?${query}`;
    // No character takes more than four bytes.
    const start = Buffer.from(value.subarray(0, SHOWN_CHARACTERS * 4)).toString('utf8');
    const shown = [...onOneLine(start + SUFFIX)].slice(0, SHOWN_CHARACTERS).join('');
    const bytes = value.byteLength + SUFFIX.length;
    this.#info(`fetch GET ${url} 200 <${shown}... > [${version}] ${bytes} <nil> ${this.#elapsed(receivedAtMs)}`);
  }

  /** Read from the snapshot of an earlier run: nobody pushed it. */
  restored(dataId: string, version: number): void {
    this.#info(`read snapshot dataID=${dataId} version=${version}`);
  }

  applied(dataId: string, version: number, value: string): void {
    this.#held.add(dataId);
    this.#info(`update local value dataID=${dataId} value=${onOneLine(value)} version=${version}`);
  }

  /** The control plane has none of this name: any more, or ever. */
  removed(dataId: string): void {
    this.#info(this.#held.delete(dataId) ? `remove local value dataID=${dataId}` : `no value dataID=${dataId}`);
  }

  refused(dataId: string, version: number, reason: string): void {
    this.#host.drmLog('ERROR', `[drm] refuse value dataID=${dataId} version=${version} reason=${onOneLine(reason)}`);
  }

  get #zone(): string {
    return this.#host.config.zone;
  }

  /** `14.886412ms` */
  #elapsed(sinceMs: number): string {
    return `${Number(Math.max(0, this.#clock.now() - sinceMs).toFixed(6))}ms`;
  }

  #info(text: string): void {
    this.#host.drmLog('INFO', `[drm] ${text}`);
  }
}

function splitAddress(address: string): { readonly ip: string; readonly port: string } {
  const colon = address.lastIndexOf(':');
  return { ip: address.slice(0, colon).replace(/^\[|\]$/g, ''), port: address.slice(colon + 1) };
}

function onOneLine(text: string): string {
  const line = text.replaceAll(/[\r\n]+/g, ' ');
  return line.length <= MAX_LOGGED_CHARACTERS ? line : `${line.slice(0, MAX_LOGGED_CHARACTERS)}…`;
}
