/** A distribution server in a process of its own, told by IPC what its values are, so that it can be stopped and killed. */
import {
  createDistributionServer,
  createGrpcListener,
  DYNAMIC_VALUE_TYPE,
  dynamicValueType,
  type ResourceValue,
} from '@weft/distribution';

export type Command = { readonly kind: 'put'; readonly name: string; readonly version: number };

const values = new Map<string, ResourceValue>();
const server = createDistributionServer({
  authenticate: () => ({ kind: 'accepted', scope: { tenant: 'T', workspace: 'w', instanceId: '1', accessKey: '' } }),
});
server.defineType(DYNAMIC_VALUE_TYPE, { names: () => values.keys(), get: (name) => values.get(name) });

const put = ({ name, version }: Command): void => {
  const value = Buffer.from(`${name} ${version}`);
  values.set(name, {
    version,
    body: dynamicValueType.encode({ dataId: name, version, value, sha256: '', gray: false }),
  });
  server.notify(DYNAMIC_VALUE_TYPE, [name]);
};
// Before it listens: what it does not have when a client comes is removed there.
for (const command of JSON.parse(process.argv[3] ?? '[]') as Command[]) put(command);
process.on('message', put);
process.on('disconnect', () => process.exit(0));

const listener = await createGrpcListener({ address: process.argv[2] ?? '127.0.0.1:0', accept: server.accept });
process.send?.({ address: listener.address });
