import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MeshError } from '@weft/kit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfigFile } from './load-config-file.ts';
import { MAX_FILE_BYTES } from './read-document.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'weft-schema-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

function write(name: string, content: string | object): string {
  const file = path.join(directory, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

/** The message without the folder of this test. */
async function failure(file: string): Promise<string> {
  const error = await loadConfigFile(file).then(
    () => new Error('it was accepted'),
    (reason: unknown) => reason as Error,
  );
  return error.message.replaceAll(`${directory}/`, '');
}

const direct = { match: { prefix: '/' }, direct_response: { status: 200 } };
const virtualHost = { domains: ['*'], routers: [direct] };
const routers = (router: object) => ({ servers: [{ routers: [{ router_config_name: 'r', ...router }] }] });

describe('one file', () => {
  test('of another program is told from one with a mistake', async () => {
    const foreign = write('package.json', { name: 'x', scripts: {} });
    await expect(loadConfigFile(foreign)).rejects.toMatchObject({ warnings: [] });
    expect(await failure(foreign)).toBe(
      'package.json: this is no Weft configuration (found name, scripts, expected servers and cluster_manager)',
    );
    expect(await failure(write('own.json', { name: 'x', weft: {} }))).toMatch(/servers: missing/);
  });

  test('JSON and YAML give the same', async () => {
    const json = await loadConfigFile(write('a.json', routers({ virtual_hosts: [virtualHost] })));
    const yaml = await loadConfigFile(
      write(
        'a.yaml',
        `
servers:
  - routers:
      - router_config_name: r
        virtual_hosts:
          - domains: ["*"]
            routers:
              - match: { prefix: / }
                direct_response: { status: 200 }
`,
      ),
    );
    expect(yaml.config).toEqual(json.config);
    expect(json.files).toEqual([path.join(directory, 'a.json')]);
    expect(json.warnings).toEqual([]);
    expect(json.config.servers[0]?.graceful_timeout).toBe(30_000);
  });

  test('problems name file, place, value and expectation', async () => {
    const file = write('a.json', { servers: [{ graceful_timeout: 5 }] });
    expect(await failure(file)).toBe(
      'a.json: servers[0].graceful_timeout: not a duration (found 5, expected a duration such as "1s" or 0, not negative); a number needs a unit, such as "5s" or "5ms"',
    );
  });

  test('warnings name the file', async () => {
    const { warnings } = await loadConfigFile(write('a.json', { servers: [{ lisners: [] }] }));
    expect(warnings).toMatchObject([{ file: path.join(directory, 'a.json'), path: 'servers[0].lisners' }]);
  });

  test('syntax problems name line and column', async () => {
    expect(await failure(write('a.json', '{\n  "servers": [}\n'))).toBe(
      'a.json: line 2, column 15: expected a value (found "}") (expected JSON)',
    );
    expect(await failure(write('a.yml', 'a: 1\na: 2\n'))).toMatch(/^a\.yml: line 2, column 1: .* \(expected YAML\)$/);
  });

  test('an empty file and a list are no configuration', async () => {
    expect(await failure(write('a.yaml', ''))).toBe('a.yaml: not an object (found null, expected an object)');
    expect(await failure(write('a.json', '[]'))).toBe(
      'a.json: not an object (found an empty list, expected an object)',
    );
  });

  test('what is not there, not a file or too large is told apart', async () => {
    const missing = path.join(directory, 'none.json');
    await expect(loadConfigFile(missing)).rejects.toThrow(MeshError);
    expect(await failure(missing)).toBe('none.json: there is no such file');
    mkdirSync(path.join(directory, 'folder.json'));
    expect(await failure(path.join(directory, 'folder.json'))).toBe('folder.json: it is not a file');
    expect(await failure(write('a.conf', '{}'))).toBe(
      'a.conf: the name of a configuration file tells its format (found ".conf", expected .json, .yaml, .yml)',
    );
    const large = write('large.json', '{}');
    truncateSync(large, MAX_FILE_BYTES + 1);
    expect(await failure(large)).toMatch(
      /^large\.json: the file is too large \(found 16777217 bytes, expected at most/,
    );
    symlinkSync('/dev/zero', path.join(directory, 'endless.json'));
    expect(await failure(path.join(directory, 'endless.json'))).toBe('endless.json: it is not a file');
  });

  test('text that is not UTF-8 is refused', async () => {
    const file = write('a.json', '');
    writeFileSync(file, Buffer.from('{"pid": "\xff"}', 'latin1'));
    expect(await failure(file)).toBe('a.json: not UTF-8 (expected a file in UTF-8)');
  });
});

describe('split files', () => {
  test('stand for the list that they are the entries of, sorted by name', async () => {
    write('hosts/b.json', { ...virtualHost, name: 'second', domains: ['b.com'] });
    write('hosts/a.yaml', 'name: first\ndomains: [a.com]\nrouters: []\n');
    write('hosts/notes.txt', 'not a configuration');
    write('clusters/a.json', { name: 'a' });
    const file = write('main.json', {
      ...routers({ Router_Configs: 'hosts' }),
      cluster_manager: { clusters: [], clusters_configs: path.join(directory, 'clusters') },
    });
    const { config, files, document } = await loadConfigFile(file);
    expect(config.servers[0]?.routers[0]?.virtual_hosts.map(({ name }) => name)).toEqual(['first', 'second']);
    expect(config.cluster_manager.clusters.map(({ name }) => name)).toEqual(['a']);
    expect(files.map((name) => path.relative(directory, name))).toEqual([
      'main.json',
      'clusters/a.json',
      'hosts/a.yaml',
      'hosts/b.json',
    ]);
    // What is remembered as the last good configuration needs no other file.
    const alone = await loadConfigFile(write('alone.json', document as object));
    expect(alone.config).toEqual(config);
  });

  test('do not stand beside the list itself', async () => {
    const file = write('main.json', {
      servers: [{}],
      cluster_manager: { clusters: [{ name: 'a' }], clusters_configs: 'c' },
    });
    expect(await failure(file)).toBe(
      'main.json: cluster_manager.clusters_configs: clusters_configs and clusters exclude each other (found "c", expected either clusters_configs or clusters)',
    );
  });

  test('are told by their own name when they are wrong', async () => {
    write('c/a.json', '{"name": }');
    const file = write('main.json', { servers: [{}], cluster_manager: { clusters_configs: 'c' } });
    expect(await failure(file)).toBe('c/a.json: line 1, column 10: expected a value (found "}") (expected JSON)');
    write('c/a.json', { name: 'a', hosts: [{ address: 5 }] });
    expect(await failure(file)).toBe(
      'c/a.json: hosts[0].address: not a text (found 5, expected a text of 1 to 512 characters); write it in quotes: "5"',
    );
    write('c/a.json', { name: 'a', hosts: [{ address: 'nowhere' }] });
    expect(await failure(file)).toMatch(/^c\/a\.json: hosts\[0\]\.address: not an address/);
    write('c/a.json', { name: 'a', nmae: 'b' });
    expect((await loadConfigFile(file)).warnings).toMatchObject([
      { file: path.join(directory, 'c/a.json'), path: 'nmae' },
    ]);
  });

  test('need a folder that can be read', async () => {
    const file = write('main.json', { servers: [{}], cluster_manager: { clusters_configs: 'none' } });
    expect(await failure(file)).toBe(
      'main.json: cluster_manager.clusters_configs: there is no such folder (found "none", expected a readable folder)',
    );
  });

  test('are not too large together', async () => {
    for (const name of ['a', 'b']) truncateSync(write(`c/${name}.json`, '{}'), MAX_FILE_BYTES / 2 + 1);
    const file = write('main.json', { servers: [{}], cluster_manager: { clusters_configs: 'c' } });
    expect(await failure(file)).toMatch(
      /^main\.json: cluster_manager\.clusters_configs: the files of the folder are too large together/,
    );
  });
});
