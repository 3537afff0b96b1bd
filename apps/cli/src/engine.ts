import { extensions } from '@weft/app-proxy/extensions';
import type { Engine } from '@weft/cli';
import { roughSetting } from '@weft/cli/start';
import { ConfigError } from '@weft/kit';
import { limitBacktracking } from '@weft/kit/limit-backtracking';
import { canDuplicate } from '@weft/proxy/net';
import { checkListens, defaultRunDir, isClaimOf, readClaim, runFiles } from '@weft/proxy/server';
import { ClusterSlots, compileProgram, ExtensionCatalog, explainRequest, formatAddress } from '@weft/proxy/update';
import { type LoadedConfig, loadConfigFile, type MosnConfig } from '@weft/schema';

limitBacktracking();

async function compileAll(config: MosnConfig, locate: LoadedConfig['locate']) {
  const compiled = await compileProgram(config, 1, {
    catalog: new ExtensionCatalog(extensions),
    slots: new ClusterSlots(),
    names: new Map(),
    logIndex: () => 0,
    descriptorBound: Number.MAX_SAFE_INTEGER,
    locate,
  });
  checkListens(compiled.program);
  return compiled;
}

/** The engine as the commands see it: the same code that a proxy starts with, without anything being opened. */
export const engine: Engine = {
  async compile(file) {
    const { config, warnings, locate } = await loadConfigFile(file);
    const { program, warnings: more } = await compileAll(config, locate).catch((error: unknown) => {
      if (!(error instanceof ConfigError)) throw error;
      throw new ConfigError(error.problems, [...warnings, ...error.warnings]);
    });
    const hosts = config.cluster_manager.clusters.reduce((sum, cluster) => sum + cluster.hosts.length, 0);
    return {
      warnings: [...warnings, ...more],
      digest: program.digest,
      listeners: program.listeners.map(({ name, host, port, path, bound, protocols }) => ({
        name,
        address: path === '' ? formatAddress(host, port) : path,
        bound,
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
