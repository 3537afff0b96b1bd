/** `npm run build:proxy`: bundles what `tsc -b` has built of the proxy into `apps/proxy/bundle`, which is what ships. */
import { REPOSITORY_ROOT } from '../common/files.ts';
import { bundleProxy } from './bundle.ts';

const begin = performance.now();
const { files, bytes, modules } = await bundleProxy(REPOSITORY_ROOT);
const seconds = ((performance.now() - begin) / 1000).toFixed(1);
console.log(`proxy: ${modules} modules in ${files.length} files, ${Math.round(bytes / 1024)} KiB, in ${seconds} s`);
