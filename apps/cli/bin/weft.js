#!/usr/bin/env node
/**
 * Starts Weft on a Node that is new enough. Runs on Node 20 and newer, and does nothing else: it goes on as
 * `node <entry> <arguments>`, where the entry is the proxy itself for `weft proxy start` (nothing of the command line
 * library is loaded for it) and the commands for everything else.
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** First Node with everything that the proxy uses (`net.BoundSocket` came last). */
const NEEDED = [24, 21];
const HOME = dirname(dirname(realpathSync(fileURLToPath(import.meta.url))));

/** Sources run as they are in a clone; a package has none, and WEFT_DIST=1 takes the build in a clone, too. */
const fromSource = process.env.WEFT_DIST !== '1' && existsSync(join(HOME, 'src', 'main.ts'));

/** A path below the nearest `node_modules` that has it, as for an import from here; null when none has. */
function findInstalled(path) {
  for (let folder = HOME; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', path);
    if (existsSync(candidate)) return candidate;
    if (folder === dirname(folder)) return null;
  }
}

function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1]);
}

function fail(lines) {
  process.stderr.write(`${lines.join('\n')}\n`);
  process.exit(1);
}

/** The Node that runs this, when it is new enough, else the one that the npm package `node` brings. */
function findNode() {
  if (isNewEnough(process.versions.node)) return process.execPath;
  const own = findInstalled(join('node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node'));
  if (own !== null) return own;
  const needed = `weft: Node ${NEEDED.join('.')} or newer is needed, and this is ${process.version} (${process.execPath}).`;
  const folder = findInstalled(join('node', 'package.json'));
  if (folder === null) {
    return fail([
      needed,
      'The npm package `node` would bring it and is not installed: run `npm install` where Weft is.',
    ]);
  }
  return fail([
    needed,
    `The npm package \`node\` is there to bring it, but its install script was blocked: ${join(dirname(folder), 'bin')} has no node.`,
    'Run it now, in the folder with that node_modules:',
    '  npm rebuild node                      (with --ignore-scripts=false where scripts are switched off)',
    '  npm install-scripts approve node      (before it, where npm holds scripts back until they are approved)',
  ]);
}

/** The proxy as one bundle, which is what a package has. A clone may have built modules that are newer: then they are taken. */
function bundleOf(home) {
  const modules = ['dist', 'main.js'];
  const bundle = ['bundle', 'main.js'];
  if (!existsSync(join(home, 'src'))) return bundle;
  const packages = join(home, '..', '..', 'packages');
  const marks = readdirSync(packages).map((name) => join(packages, name, 'dist', '.tsbuildinfo'));
  const newestMs = Math.max(...[join(home, 'dist', '.tsbuildinfo'), ...marks].map(modifiedMs));
  if (modifiedMs(join(home, ...bundle)) >= newestMs) return bundle;
  process.stderr.write(
    'weft: the bundle of the proxy is older than its modules, which are taken: `npm run build` renews it\n',
  );
  return modules;
}

function modifiedMs(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function findEntry(args) {
  const isStart = args[0] === 'proxy' && args[1] === 'start';
  const app = isStart ? findInstalled(join('@weft', 'app-proxy')) : HOME;
  if (app === null) return fail(['weft: @weft/app-proxy is not installed: run `npm install` where Weft is.']);
  // The real path: Node strips types only outside node_modules, and a clone has links there.
  const home = realpathSync(app);
  const entry = join(home, ...(fromSource ? ['src', 'main.ts'] : isStart ? bundleOf(home) : ['dist', 'main.js']));
  if (!existsSync(entry)) return fail([`weft: ${entry} is missing: run \`npm run build\`, or do not set WEFT_DIST.`]);
  return [entry, ...(isStart ? args.slice(1) : args)];
}

/** For a Node without `execve`: a child that gets what this process gets, and whose end is its end. */
function runChild(node, args) {
  const child = spawn(node, args, { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGTERM', 'SIGUSR1', 'SIGUSR2']) {
    // A terminal signals the whole group: the child has its own already, and a second SIGINT means something else.
    const fromTerminal = process.stdin.isTTY && signal !== 'SIGTERM' && !signal.startsWith('SIGUSR');
    process.on(signal, () => {
      if (!fromTerminal) child.kill(signal);
    });
  }
  child.on('error', (error) => fail([`weft: ${node} cannot be started: ${error.message}`]));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}

const node = findNode();
const entry = findEntry(process.argv.slice(2));
if (!fromSource && node === process.execPath) {
  // Nothing to change: no second process, not even a second start of this one.
  process.argv = [node, ...entry];
  await import(pathToFileURL(entry[0]).href);
} else {
  const flags = fromSource ? ['--conditions=@weft/source'] : [];
  // No other flag: one for V8 would cost 40 ms at every start, see hardening.ts of the proxy.
  const args = [...process.execArgv, ...flags, '--disable-warning=ExperimentalWarning', ...entry];
  if (typeof process.execve === 'function' && process.platform !== 'win32')
    process.execve(node, [node, ...args], process.env);
  else runChild(node, args);
}
