import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { documentedRules } from '../../src/lint/rules/documented';
import { stubOfVSCode } from '../support/vscode-stub';

/** Writes what a process has loaded from the product, when it ends. */
const listLoaded = `
const { writeFileSync } = require('node:fs');
process.on('exit', () => {
  const files = Object.keys(require.cache).filter((file) => file.startsWith(process.env.PRODUCT));
  writeFileSync(process.env.LOADED, JSON.stringify(files));
});
`;

describe('the built product', function () {
  this.timeout(120_000);
  let folder: string;
  let dist: string;

  before(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'green-ml-start-')));
    for (const each of ['src', 'scripts', 'media', 'package.json', 'tsconfig.json'])
      cpSync(each, join(folder, each), { recursive: true });
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'), 'junction');
    execFileSync(process.execPath, ['scripts/build.mjs', '--production'], { cwd: folder });
    dist = join(folder, 'dist');
    writeFileSync(join(folder, 'list-loaded.cjs'), listLoaded);
    writeFileSync(join(folder, 'stub.cjs'), stubOfVSCode);
    writeFileSync(join(folder, 'nothing.py'), 'print(1)\n');
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** The product's files that a process has read, and their bytes together. */
  function loadedBy(...args: readonly string[]): { readonly files: readonly string[]; readonly bytes: number } {
    const list = join(folder, 'loaded.json');
    rmSync(list, { force: true });
    const preload = ['stub.cjs', 'list-loaded.cjs'].flatMap((name) => ['--require', join(folder, name)]);
    const { stderr, status } = spawnSync(process.execPath, [...preload, ...args], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, PRODUCT: dist, LOADED: list, XDG_STATE_HOME: folder, XDG_CACHE_HOME: folder },
    });
    const files = JSON.parse(readFileSync(list, 'utf8')) as readonly string[];
    assert.ok(files.length > 0 && !/^\s+at /m.test(stderr), `${status}: ${stderr}`);
    return { files, bytes: files.reduce((sum, file) => sum + statSync(file).size, 0) };
  }

  const command = (...args: readonly string[]): ReturnType<typeof loadedBy> => loadedBy(join(dist, 'cli.js'), ...args);

  /** Sentences of rules stand in their code; a message is what the linter cannot do without. */
  const hasLinter = (file: string): boolean => /Use RandomizedSearchCV/.test(readFileSync(file, 'utf8'));

  it('holds each piece of code once: 2.28 MB of JavaScript before it was shared', () => {
    const code = readdirSync(dist).filter((name) => name.endsWith('.js'));
    const bytes = code.reduce((sum, name) => sum + statSync(join(dist, name)).size, 0);
    // 16 kB of them are the first minutes: the example, the launchers of green-ml, processes by what people call them; 35 kB
    // are what a report says of weeks, waste and practices; 30 kB are the settings of users and machines with limits,
    // `config`, their page in the editor, and `run --pid`; 12 kB are the calls that translate; 53 kB ask Prometheus for a
    // cluster's energy and record what it says; 60 kB read the jobs of Slurm and the journals of a team; 11 kB give our figures
    // to Prometheus; 13 kB are the questions, settings and pages of cluster jobs in the editor; 335 kB are the server for
    // coding agents, most of it the SDK of the Model Context Protocol, which `mcp` alone reads; 20 kB name what runs on a
    // cluster count and show the history while older runs are read; 40 kB of the linter know what a notebook recorded, how much
    // data there is, what is fitted, and when waste is likely.
    assert.ok(bytes < 2_225_000, `${bytes} bytes`);
    assert.equal(code.filter((name) => hasLinter(join(dist, name))).length, 1);
  });

  it('activates with less than half of the code: 815 kB before', () => {
    const { files, bytes } = loadedBy(join(dist, 'extension.js'));
    // Each command that can run in an empty window is registered at the start; what it does is loaded when it runs.
    // The shape of a run names what it keeps of a cluster and of a job, each text of the interface is translated, tools for
    // agents are registered, the history shows while older runs are read, a record names the results of its run, and what a
    // cell printed is read.
    assert.ok(bytes < 457_000, `${bytes} bytes in ${files.map((file) => basename(file)).join(', ')}`);
    assert.deepEqual(files.filter(hasLinter), []);
  });

  for (const [limit, ...args] of [
    // What the report and the practices share is in the file of all commands.
    // The results of runs are read from their output and compared.
    [862_000, '--help'],
    // The file of all commands has the settings of the user and the machine, what is said of clusters, jobs and what they
    // count, what compares runs in pairs, and what gives our figures to Prometheus, which is too small for a file of its own.
    [660_000, 'regions'],
    [660_000, 'when', '--location', 'DE'],
    [660_000, 'runs', 'list'],
  ] as const) {
    it(`reads no linter and less code for ${args.join(' ')}: 829 kB before`, () => {
      const { files } = command(...args);
      const code = files.filter((file) => !/[\\/](?:data|vendor)[\\/]/.test(file));
      const bytes = code.reduce((sum, file) => sum + statSync(file).size, 0);
      assert.ok(bytes < limit, `${bytes} bytes in ${code.map((file) => basename(file)).join(', ')}`);
      assert.deepEqual(files.filter(hasLinter), []);
    });
  }

  it('reads the texts of rules for their pages, and not to lint', () => {
    const texts = documentedRules.find(({ id }) => id === 'grid-search')?.why ?? '';
    // As esbuild writes it, except for what it escapes.
    const words = texts.slice(0, 40);
    const hasTexts = (file: string): boolean => readFileSync(file, 'utf8').includes(words);
    assert.ok(words.length > 20);
    assert.deepEqual(command('lint', 'nothing.py').files.filter(hasTexts), []);
    assert.equal(command('rule', 'grid-search').files.filter(hasTexts).length, 1);
    assert.equal(readdirSync(dist).filter((name) => name.endsWith('.js') && hasTexts(join(dist, name))).length, 1);
  });
});

describe('scripts/rule-texts', () => {
  it('takes texts and examples out of a rule, and nothing else', () => {
    const rule = [
      "export const rule = defineRule({ id: 'a', summary: 'b', details: `",
      '  why: not this one',
      '`, why, remedy: "c",',
      "  nonCompliant: [{ code: 'd' }],",
      "  compliant: ['e'], messages: { details: 'f' },",
      '}).on(calls, ({ node }) => ({ node, why: 1 }));',
    ].join('\n');
    const script = `import { withoutTexts } from './scripts/rule-texts.mjs'; process.stdout.write(withoutTexts(${JSON.stringify(rule)}));`;
    const text = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    assert.equal(
      text.replace(/\s+/g, ' '),
      "export const rule = defineRule({ id: 'a', summary: 'b', messages: { details: 'f' }, }).on(calls, ({ node }) => ({ node, why: 1 }));",
    );
    assert.equal(text.split('\n').length, rule.split('\n').length);
  });
});
