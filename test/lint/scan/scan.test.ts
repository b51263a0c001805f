import assert from 'node:assert/strict';
import fc from 'fast-check';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { defaultConfig, type LintConfig } from '../../../src/lint/engine/settings';
import { FileFinder } from '../../../src/lint/files/files';
import { unpack } from '../../../src/lint/scan/outcome';
import { scan, type ScanOptions } from '../../../src/lint/scan/scan';
import { StoreFolder } from '../../../src/lint/scan/store-folder';
import { factsAsJson } from '../../../src/practices/code-facts';
import { systemClock } from '../../../src/system/clock';
import { systemSourceFiles, type SourceFiles } from '../../../src/system/source-files';

const search = (folds: number): string =>
  `from sklearn.model_selection import GridSearchCV\ns = GridSearchCV(m, {"a": [1, 2, 3]}, cv=${folds})\ns.fit(x, y)\n`;

/** Texts of equal lengths too, so that a size says nothing. */
const texts: readonly string[] = [
  search(3),
  search(5),
  'x = 1\n',
  'y = 2\n',
  'for i, row in df.iterrows():\n    print(row)\n',
  'import keras\nmodel = keras.Sequential()\nmodel.compile()\nmodel.fit(x, y, epochs=9)\n',
  'from codecarbon import EmissionsTracker\nwith EmissionsTracker():\n    pass\n',
  'GridSearchCV(\n',
  '\0',
  JSON.stringify({ cells: [{ cell_type: 'code', source: search(7) }] }),
];
const names = ['a.py', 'test_a.py', 'sub/b.py', 'sub/n.ipynb', 'sub/sub/c.py', 'other/d.py', 'other/e.py'];
const configs: readonly LintConfig[] = [
  defaultConfig,
  { ...defaultConfig, ignore: ['grid-search'] },
  { ...defaultConfig, severity: { 'grid-search': 'hint' } },
  { ...defaultConfig, thresholds: { 'grid-search': { candidates: 2 } } },
  { ...defaultConfig, perFileIgnores: [{ pattern: 'sub', ids: ['grid-search'] }], root: 'ROOT' },
];

describe('lint/scan', function () {
  this.timeout(120_000);
  let base: string;
  let folder: string;

  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'green-ml-scan-'));
    folder = join(base, 'project');
    await mkdir(folder);
  });
  afterEach(async () => {
    await chmod(base, 0o700);
    await rm(base, { recursive: true, force: true });
  });

  async function write(name: string, text: string): Promise<void> {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }

  interface Run {
    readonly config?: LintConfig;
    readonly cached?: boolean;
    readonly facts?: boolean;
    readonly build?: string;
    readonly cacheHome?: string;
    readonly below?: readonly string[];
  }

  /** All that a caller can see of the results, and how many files were read. */
  async function results(run: Run = {}): Promise<{ readonly seen: unknown; readonly read: number }> {
    const { config = defaultConfig, cached = true, facts = false, build = 'build', below = ['.'] } = run;
    let read = 0;
    const files: SourceFiles = {
      ...systemSourceFiles,
      readBytes: (...args) => {
        read++;
        return systemSourceFiles.readBytes(...args);
      },
    };
    const env = { XDG_CACHE_HOME: run.cacheHome ?? join(base, 'cache') };
    const options: ScanOptions = {
      files,
      productFolder: 'dist',
      clock: systemClock,
      cache: cached ? StoreFolder.of(env, build, systemClock) : null,
      threads: 1,
      atOnce: false,
      factsOf: facts ? factsAsJson : null,
    };
    const own = config.root === 'ROOT' ? { ...config, root: folder } : config;
    const found = await new FileFinder(systemSourceFiles, folder).find(below);
    const all = await scan(
      found.files.map(({ path, under }) => ({ path, under, config: own })),
      options,
    );
    const seen = all.map(({ outcome, facts: known }, index) => {
      const { body: _body, ...head } = outcome;
      return { path: found.files[index]?.shown, head, detail: unpack(outcome), facts: facts ? known : null };
    });
    return { seen, read };
  }

  /** Times that say that nobody has changed anything for an hour. */
  async function age(name: string): Promise<void> {
    const hourAgo = systemClock.wallMilliseconds() / 1000 - 3600.5;
    await utimes(join(folder, name), hourAgo, hourAgo);
  }

  /** Waits until the files of the project are read no more: the change of the last one is longer ago than the timer's grain. */
  async function settled(run: Run = {}): Promise<void> {
    while ((await results(run)).read > 0);
  }

  it('gives the same as without a cache, whatever happens to the files', async () => {
    const name = fc.constantFrom(...names);
    const step = fc.oneof(
      fc.record({ kind: fc.constant('write' as const), name, text: fc.constantFrom(...texts) }),
      fc.record({ kind: fc.constant('touch' as const), name }),
      fc.record({ kind: fc.constant('rename' as const), name, to: name }),
      fc.record({ kind: fc.constant('delete' as const), name }),
      fc.record({ kind: fc.constant('config' as const), index: fc.nat(configs.length - 1) }),
      fc.record({ kind: fc.constant('build' as const), build: fc.constantFrom('build', 'other') }),
      fc.record({ kind: fc.constant('facts' as const) }),
      fc.record({ kind: fc.constant('scan' as const), below: fc.subarray(['.', 'sub', 'other']) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        await rm(folder, { recursive: true });
        await mkdir(folder);
        await rm(join(base, 'cache'), { recursive: true, force: true });
        let [config, build, facts] = [defaultConfig, 'build', false];
        for (const each of steps) {
          const path = 'name' in each ? join(folder, each.name) : '';
          if (each.kind === 'write') await write(each.name, each.text);
          else if (each.kind === 'config') config = configs[each.index] ?? defaultConfig;
          else if (each.kind === 'build') ({ build } = each);
          else if (each.kind === 'facts') facts = !facts;
          else if (each.kind === 'scan') {
            // Each folder is a project of its own here.
            const below = each.below.filter((place) => existsSync(join(folder, place)));
            const run = { config, build, facts, ...(below.length === 0 ? {} : { below }) };
            assert.deepEqual((await results(run)).seen, (await results({ ...run, cached: false })).seen);
          } else if (existsSync(path)) {
            if (each.kind === 'touch') await age(each.name);
            else if (each.kind === 'delete') await rm(path);
            else {
              await mkdir(dirname(join(folder, each.to)), { recursive: true });
              await rename(path, join(folder, each.to));
            }
          }
        }
        const run = { config, build, facts };
        const fresh = await results({ ...run, cached: false });
        assert.deepEqual((await results(run)).seen, fresh.seen);
        assert.deepEqual((await results(run)).seen, fresh.seen);
      }),
      { numRuns: 60 },
    );
  });

  it('does not read a file that is as it was, and each file that is not', async () => {
    for (const [index, name] of names.entries()) await write(name, texts[index] ?? '');
    await settled();
    await write('a.py', search(9));
    assert.equal((await results()).read, 1);
    await settled();
    // The content is known, so that it is read but not linted.
    await age('a.py');
    assert.equal((await results()).read, 1);
    assert.equal((await results({ config: configs[1] ?? defaultConfig })).read, names.length);
  });

  it('sees a change that leaves size and time of change as they were', async () => {
    await write('a.py', search(3));
    await age('a.py');
    await settled();
    await write('a.py', search(5));
    await age('a.py');
    const { seen, read } = await results();
    assert.equal(read, 1);
    assert.deepEqual(seen, (await results({ cached: false })).seen);
  });

  it('reads a file again that changed while it was read', async () => {
    await write('a.py', search(3));
    await age('a.py');
    const env = { XDG_CACHE_HOME: join(base, 'cache') };
    const options = (files: SourceFiles): ScanOptions => ({
      files,
      productFolder: 'dist',
      clock: systemClock,
      cache: StoreFolder.of(env, 'build', systemClock),
      threads: 1,
      atOnce: false,
      factsOf: null,
    });
    const files = [{ path: join(folder, 'a.py'), under: folder, config: defaultConfig }];
    await scan(
      files,
      options({
        ...systemSourceFiles,
        readBytes: async (...args) => {
          const bytes = await systemSourceFiles.readBytes(...args);
          await write('a.py', search(5));
          return bytes;
        },
      }),
    );
    const [result] = await scan(files, options(systemSourceFiles));
    const [fresh] = await scan(files, { ...options(systemSourceFiles), cache: null });
    assert.deepEqual(result?.outcome, fresh?.outcome);
  });

  it('shares results between the parts of a repository, and keeps those of the others', async () => {
    await mkdir(join(folder, '.git'));
    for (const [index, name] of names.entries()) await write(name, texts[index] ?? '');
    await settled();
    assert.equal((await results({ below: ['sub'] })).read, 0);
    await write('sub/b.py', 'z = 3\n');
    await settled({ below: ['sub'] });
    assert.equal((await results()).read, 0);
    assert.equal((await readdir(join(base, 'cache', 'green-ml', 'lint'))).length, 1);
  });

  it('finds the result of a copy that another project knows, with its facts', async () => {
    for (const project of ['one', 'two']) await write(`${project}/.git/HEAD`, 'ref: main\n');
    await write('one/a.py', texts[2] ?? '');
    await write('two/b.py', search(3));
    const run = { below: ['one', 'two'], facts: true };
    await settled(run);
    await write('one/c.py', search(3));
    await write('two/c.py', texts[2] ?? '');
    const fresh = await results({ ...run, cached: false });
    for (const each of [run, run]) assert.deepEqual((await results(each)).seen, fresh.seen);
  });

  it('adds facts to results that are known', async () => {
    await write('a.py', texts[6] ?? '');
    await settled();
    assert.equal((await results({ facts: true })).read, 1);
    await settled({ facts: true });
    assert.deepEqual((await results({ facts: true })).seen, (await results({ facts: true, cached: false })).seen);
    assert.equal((await results()).read, 0);
  });

  it('keeps the results of processes that run at the same time', async () => {
    await mkdir(join(folder, '.git'));
    for (let index = 0; index < 8; index++) await write(`p${index}/a.py`, search(index + 2));
    await Promise.all(Array.from({ length: 8 }, (_, index) => results({ below: [`p${index}`] })));
    assert.deepEqual((await results()).seen, (await results({ cached: false })).seen);
    await settled();
  });

  it('works where no cache can be written, and with the file of somebody else', async () => {
    await write('a.py', search(3));
    const fresh = (await results({ cached: false })).seen;
    await writeFile(join(base, 'occupied'), '');
    assert.deepEqual((await results({ cacheHome: join(base, 'occupied') })).seen, fresh);
    await settled();
    const lint = join(base, 'cache', 'green-ml', 'lint');
    const [file = ''] = await readdir(lint);
    const path = join(lint, file);
    const bytes = await readFile(path);
    await rm(path);
    await mkdir(path);
    assert.deepEqual((await results()).seen, fresh);
    await rm(path, { recursive: true });
    await writeFile(path, bytes.subarray(0, bytes.length - 1));
    assert.equal((await results()).read, 1);
    assert.deepEqual((await results()).seen, fresh);
  });
});
