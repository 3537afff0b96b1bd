/** The parts of the npm package `sofa-rpc-node` (which has no types) that the demo uses. */
import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
/** Callers come through the proxy beside the application. */
const LOOPBACK = '127.0.0.1';
const quiet = { info() { }, warn() { }, error() { }, debug() { }, log() { } };
export function createSofaServer(port) {
    const { RpcServer } = require('sofa-rpc-node').server;
    // It has no option for the address. What it takes for a port goes to `listen` of Node as it is, which takes both together.
    return new RpcServer({ port: { port, host: LOOPBACK }, logger: quiet });
}
export function createSofaClient() {
    const { RpcClient } = require('sofa-rpc-node').client;
    return new RpcClient({ logger: quiet });
}
/** The contract between reviews and ratings. */
export const RATINGS = { interfaceName: 'com.weft.bookinfo.RatingsService', version: '1.0' };
//# sourceMappingURL=sofa-rpc-node.js.map