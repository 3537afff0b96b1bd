import { latin1 } from '../common/http/latin1.ts';
import { TargetForm } from './frame.ts';
import type { HeadScan } from './scan.ts';

const PROTOCOL = /^[!#$%&'*+.^_`|~0-9a-z-]+(\/[!#$%&'*+.^_`|~0-9a-z-]+)?$/;

/**
 * The protocol that a request asks to switch to (RFC 9110 section 7.8), in lower case; `connect` for CONNECT, '' for none.
 *
 * A server may ignore an upgrade, and this one does where going along would be unsafe or pointless: in HTTP/1.0, with a
 * body (what is body and what is tunnel would depend on who reads it), without the `upgrade` connection option, with
 * several Upgrade fields, and towards HTTP/2 in clear text, which would carry requests past the routes.
 */
export function upgradeOf(scan: HeadScan, bytes: Buffer, base: number, body: boolean): string {
  if (scan.targetForm === TargetForm.AUTHORITY) return 'connect';
  if (scan.upgradeAt < 0 || !scan.upgradeOption || scan.manyUpgrades || body || scan.minorVersion === 0) return '';
  const value = latin1(
    bytes,
    base + (scan.fields[scan.upgradeAt + 2] as number),
    base + (scan.fields[scan.upgradeAt + 3] as number),
  );
  const protocols = value
    .toLowerCase()
    .split(',')
    .map((protocol) => protocol.trim());
  if (
    protocols.some(
      (protocol) => !PROTOCOL.test(protocol) || protocol === 'h2c' || protocol === 'h2' || protocol.startsWith('http/'),
    )
  )
    return '';
  return protocols.join(', ');
}
