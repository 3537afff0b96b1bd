import { extensions } from '@weft/app-proxy/extensions';
import type { Engine } from '@weft/cli';
import { roughSetting } from '@weft/cli/start';
import { canDuplicate } from '@weft/proxy/net';
import { defaultRunDir, isClaimOf, readClaim, runFiles } from '@weft/proxy/server';
import { ClusterSlots, compileProgram, ExtensionCatalog, explainRequest } from '@weft/proxy/update';
import { loadConfigFile } from '@weft/schema';

/** The engine as the commands see it: the same code that a proxy starts with, without anything being opened. */
export const engine: Engine = {
  async compile(file) {
    const { config, warnings, locate } = await loadConfigFile(file);
    const compiled = await compileProgram(config, 1, {
      catalog: new ExtensionCatalog(extensions),
      slots: new ClusterSlots(),
      names: new Map(),
      logIndex: () => 0,
      descriptorBound: Number.MAX_SAFE_INTEGER,
      locate,
    });
    const { program } = compiled;
    const hosts = config.cluster_manager.clusters.reduce((sum, cluster) => sum + cluster.hosts.length, 0);
    return {
      warnings: [...warnings, ...compiled.warnings],
      digest: program.digest,
      listeners: program.listeners.map(({ name, host, port, path, protocols }) => ({
        name,
        address: path === '' ? `${host}:${port}` : path,
        protocols: protocols.map((use) => use.name),
      })),
      routers: program.routers.length,
      routes: program.routers
        .flatMap((router) => router.virtualHosts)
        .reduce((sum, host) => sum + host.routes.length, 0),
      clusters: program.clusters.length,
      hosts,
    };
  },
  async explain(file, question) {
    const { config } = await loadConfigFile(file);
    return explainRequest(config, extensions, question);
  },
  runFiles(file) {
    const folders = { run_dir: roughSetting(file, 'run_dir'), state_dir: roughSetting(file, 'state_dir') };
    return runFiles({ pid: '', weft: folders as Parameters<typeof runFiles>[0]['weft'] }, file);
  },
  readClaim(runFile, configFile) {
    const claim = readClaim(runFile);
    return claim === null ? null : { pid: claim.pid, configFile: claim.configFile, same: isClaimOf(claim, configFile) };
  },
  defaultRunDir,
  canDuplicate,
};
