import type { MeshHost } from './host.ts';

/** A value in the log is cut here. */
const MAX_LOGGED_CHARACTERS = 16_384;
/** What readers of the log look for where a value is subscribed; nothing of this class goes over the wire. */
const SUBSCRIBE_CLASS = 'com.alipay.drm.client.api.model.pb.SubscriberRegReqPb';

/** Who this proxy is to the control plane. */
export interface DrmIdentity {
  /** Id of the proxy, kept over restarts. */
  readonly uuid: string;
  readonly instanceId: string;
}

/**
 * The lines of `drm.access.log` about values of the control plane. They are those that tools for MOSN read, but one:
 * values come with the push that tells of them, so nothing is fetched and no `[drm] fetch` is written.
 */
export class DrmLog {
  readonly #write: MeshHost['drmLog'];
  readonly #zone: string;
  readonly #identity: DrmIdentity;

  constructor({ drmLog, config }: MeshHost, identity: DrmIdentity) {
    this.#write = drmLog;
    this.#zone = config.zone;
    this.#identity = identity;
  }

  configured(app: string, address: string): void {
    this.#info(`client config appName=${app},zone=${this.#zone},servers=[${address}]`);
  }

  /** A subscription goes out, the first time or on a new connection. */
  subscribed(dataId: string): void {
    const { uuid, instanceId } = this.#identity;
    const fields = { zone: this.#zone, dataId, uuid, instanceId };
    const request = Object.entries(fields).map(([name, value]) => `${name}:${JSON.stringify(value)}`);
    this.#info(`send class=${SUBSCRIBE_CLASS} req=baseInfo:<${request.join(' ')} >`);
  }

  unsubscribed(dataId: string): void {
    this.#info(`unsubscribe dataID=${dataId}`);
  }

  pushed(dataId: string, version: number): void {
    this.#info(`drm push dataID=${dataId} command="CMD:zone=${this.#zone},version=${version}:R@DRM"`);
  }

  /** Read from the snapshot of an earlier run: nobody pushed it. */
  restored(dataId: string, version: number): void {
    this.#info(`read snapshot dataID=${dataId} version=${version}`);
  }

  applied(dataId: string, version: number, value: string): void {
    this.#info(`update local value dataID=${dataId} value=${onOneLine(value)} version=${version}`);
  }

  removed(dataId: string): void {
    this.#info(`remove local value dataID=${dataId}`);
  }

  refused(dataId: string, version: number, reason: string): void {
    this.#write('ERROR', `[drm] refuse value dataID=${dataId} version=${version} reason=${onOneLine(reason)}`);
  }

  #info(text: string): void {
    this.#write('INFO', `[drm] ${text}`);
  }
}

function onOneLine(text: string): string {
  const line = text.replaceAll(/[\r\n]+/g, ' ');
  return line.length <= MAX_LOGGED_CHARACTERS ? line : `${line.slice(0, MAX_LOGGED_CHARACTERS)}…`;
}
