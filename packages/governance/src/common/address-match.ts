import { BlockList, isIP } from 'node:net';

/** `address/bits` of IPv4 or IPv6. */
export function isNetwork(text: string): boolean {
  const slash = text.indexOf('/');
  if (slash < 0) return false;
  const family = isIP(text.slice(0, slash));
  const bits = text.slice(slash + 1);
  return family !== 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
}

/** An address, or a network. */
export function isAddressOrNetwork(text: string): boolean {
  return isIP(text) !== 0 || isNetwork(text);
}

/** Whether an address is one of these addresses, in whatever spelling, or lies in one of these networks; others are not looked at. */
export function isAmongAddresses(values: readonly string[], address: string): boolean {
  const networks = values.map((value) => (isIP(value) === 0 ? value : `${value}/${isIP(value) === 4 ? 32 : 128}`));
  return compileAddressMatch(networks.filter(isNetwork))(address);
}

/** Whether an address lies in one of `networks`. */
export function compileAddressMatch(networks: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const network of networks) {
    const slash = network.indexOf('/');
    const address = network.slice(0, slash);
    list.addSubnet(address, Number(network.slice(slash + 1)), isIP(address) === 4 ? 'ipv4' : 'ipv6');
  }
  return (address) => {
    const family = isIP(address);
    return family !== 0 && list.check(address, family === 4 ? 'ipv4' : 'ipv6');
  };
}
