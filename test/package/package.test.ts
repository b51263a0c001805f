import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, posix, resolve } from 'node:path';
import JSZip from 'jszip';

/** Everything that a person downloads. What is new here is meant to be; what has grown by accident is not. */
const shipped = [
  'LICENSE.txt',
  'changelog.md',
  'dist/THIRD-PARTY-NOTICES.txt',
  'dist/cli-main.js',
  'dist/cli.js',
  'dist/data/accelerators.js',
  'dist/data/countries.js',
  'dist/data/cpus.js',
  'dist/data/egress.js',
  'dist/data/electricity-maps/ATTRIBUTION.md',
  'dist/data/electricity-maps/LICENSE',
  'dist/data/electricity-maps/hourly.js',
  'dist/data/electricity-maps/regions.js',
  'dist/data/electricity-maps/zones.js',
  'dist/data/gpu-instances.js',
  'dist/data/regions.js',
  'dist/data/timezones.js',
  'dist/data/world-map.js',
  'dist/extension-main.js',
  'dist/extension.js',
  'dist/lint-thread.js',
  'dist/lint-worker.js',
  'dist/scan-worker.js',
  'dist/shared-extension-findings.js',
  'dist/shared-extension-lint-findings.js',
  'dist/shared-extension-lint.js',
  'dist/shared-extension.js',
  'dist/shared-findings.js',
  'dist/shared-later-agents.js',
  'dist/shared-later-editor.js',
  'dist/shared-later-terminal.js',
  'dist/shared-later.js',
  'dist/shared-lint-findings.js',
  'dist/shared-lint.js',
  'dist/terminal-relay.py',
  'dist/tree-sitter-python.wasm',
  'dist/vendor/csv-stringify-sync.js',
  'dist/vendor/smol-toml.js',
  'dist/vendor/web-tree-sitter.js',
  'dist/vendor/yaml.js',
  'dist/web-tree-sitter.wasm',
  'dist/webview/live.css',
  'dist/webview/live.js',
  'dist/webview/practices.css',
  'dist/webview/practices.js',
  'dist/webview/run.css',
  'dist/webview/run.js',
  'l10n/bundle.l10n.de.json',
  'media/icon.png',
  'media/example/findings.py',
  'media/example/train.cjs',
  'media/icon.svg',
  ...['budget', 'findings', 'location', 'measure', 'practices'].flatMap((step) =>
    ['dark', 'light'].map((theme) => `media/walkthrough/${step}-${theme}.png`),
  ),
  'package.json',
  'package.nls.de.json',
  'package.nls.json',
  'readme.md',
  'schemas/checklist.schema.json',
  'schemas/machine-settings.schema.json',
  'schemas/run.schema.json',
  'schemas/settings.schema.json',
  'skills/green-ml/SKILL.md',
];

/** What several parts of the product share; the name ends with a hash of the content. */
const sharedCode = /^dist\/[\w-]+-[0-9A-Z]{8}\.js$/;

const limitBytes = 2_000_000;

interface Manifest {
  readonly version: string;
  readonly main: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly icon: string;
  readonly scripts: { readonly package: string };
}

describe('the package', () => {
  let folder: string;
  let vsix: Buffer;
  /** The files of the extension by their path in it. */
  const files = new Map<string, Buffer>();

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'green-ml-package-'));
    const path = join(folder, 'green-ml.vsix');
    // As `npm run package` does it, into a folder of the test.
    const { scripts } = JSON.parse(await readFile('package.json', 'utf8')) as Manifest;
    const [tool, ...args] = scripts.package.split(' ');
    assert.equal(tool, 'node');
    const { status, stdout, stderr } = spawnSync(process.execPath, [...args, '--out', path], { encoding: 'utf8' });
    assert.equal(status, 0, stdout + stderr);
    vsix = await readFile(path);
    const zip = await JSZip.loadAsync(vsix);
    for (const [name, entry] of Object.entries(zip.files)) {
      if (name.startsWith('extension/') && !entry.dir) {
        files.set(name.slice('extension/'.length), await entry.async('nodebuffer'));
      }
    }
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('holds exactly the files of the list', () => {
    assert.deepEqual([...files.keys()].filter((name) => !sharedCode.test(name)).sort(), [...shipped].sort());
  });

  it('holds all code that its code loads, and no other', () => {
    const starts = ['cli', 'extension'].flatMap((name) => [`dist/${name}.js`, `dist/${name}-main.js`]);
    const loaded = new Set([...starts, 'dist/lint-thread.js', 'dist/lint-worker.js', 'dist/scan-worker.js']);
    // What a file of the set loads joins the set, and is looked at in turn.
    for (const name of loaded) {
      const code = files.get(name);
      assert.ok(code !== undefined, `${name} is not in the package`);
      for (const [, path = ''] of String(code).matchAll(/\brequire\("(\.[^"]+)"\)/g))
        loaded.add(posix.join('dist', path));
    }
    const isCode = (name: string): boolean => /^dist\/(?!webview\/).*\.js$/.test(name);
    assert.deepEqual([...files.keys()].filter(isCode).sort(), [...loaded].sort());
  });

  it('is smaller than 2 MB', () => {
    assert.ok(vsix.length < limitBytes, `${vsix.length} bytes`);
  });

  it('holds what its manifest names', () => {
    const manifest = JSON.parse(String(files.get('package.json'))) as Manifest;
    for (const path of [manifest.main, manifest.icon, ...Object.values(manifest.bin)]) {
      assert.ok(files.has(path.replace('./', '')), path);
    }
  });

  it('shows nothing that is broken: no link into a repository that it does not have, and no picture', () => {
    const { repository } = JSON.parse(String(files.get('package.json'))) as { readonly repository: string };
    for (const name of ['readme.md', 'changelog.md']) {
      const text = String(files.get(name));
      const targets = [...text.matchAll(/\]\(([^)]+)\)|\b(?:src|srcset)="([^"]*)"/g)].map(([, a, b]) => a ?? b ?? '');
      assert.deepEqual(
        targets.filter((target) => !/^(?:https:|#)/.test(target)),
        [],
        name,
      );
      if (repository === '') assert.doesNotMatch(text, /<img/);
    }
    assert.match(String(files.get('readme.md')), /# Green ML/);
  });

  it('has the addresses of its repository once package.json names one', async () => {
    const home = 'https://github.com/owner/name';
    const clone = join(folder, 'clone');
    const shippedFolders = ['dist', 'media', 'schemas'];
    for (const name of [
      ...shippedFolders,
      'scripts',
      'src/system',
      'README.md',
      'CHANGELOG.md',
      'LICENSE',
      '.vscodeignore',
    ])
      await cp(name, join(clone, name), { recursive: true });
    await symlink(resolve('node_modules'), join(clone, 'node_modules'), 'junction');
    const given = JSON.parse(await readFile('package.json', 'utf8')) as Manifest;
    // It is built already.
    const manifest = { ...given, repository: home, scripts: {} };
    await writeFile(join(clone, 'package.json'), JSON.stringify(manifest));
    const path = join(folder, 'published.vsix');
    const packed = spawnSync(process.execPath, ['scripts/package.mjs', '--out', path], {
      cwd: clone,
      encoding: 'utf8',
    });
    assert.equal(packed.status, 0, packed.stdout + packed.stderr);
    const zip = await JSZip.loadAsync(await readFile(path));
    const text = (await zip.file('extension/readme.md')?.async('string')) ?? '';
    assert.ok(text.includes(`srcset="${home}/raw/HEAD/docs/pictures/finding-light.png"`), text);
    assert.ok(text.includes(`src="${home}/raw/HEAD/docs/pictures/finding-dark.png"`));
    assert.ok(text.includes(`](${home}/blob/HEAD/docs/settings.md)`));
    assert.doesNotMatch(text, /(?:\]\(|src="|srcset=")(?!https:|#)/);
    const packageManifest = (await zip.file('extension.vsixmanifest')?.async('string')) ?? '';
    for (const address of [`${home}.git`, `${home}/issues`, `${home}#readme`])
      assert.ok(packageManifest.includes(`"${address}"`), `${address} in ${packageManifest}`);
  });

  it('holds the licence of every package that our code imports', async () => {
    const notices = String(files.get('dist/THIRD-PARTY-NOTICES.txt'));
    // The grammar is compiled, and the map is made from the atlas.
    const imported = new Set(['tree-sitter-python', 'world-atlas']);
    for (const file of await readdir('src', { recursive: true })) {
      if (!/\.(ts|css)$/.test(file)) continue;
      const text = await readFile(join('src', file), 'utf8');
      for (const [, name = ''] of text.matchAll(
        /^(?!import type).*?(?:from|import|import\()\s*'((?:@[\w-]+\/)?[a-z][\w-]*)[\w./-]*'/gm,
      )) {
        if (!name.startsWith('node:') && name !== 'vscode' && !builtinModules.includes(name)) imported.add(name);
      }
    }
    assert.ok(imported.size >= 8, [...imported].join(', '));
    for (const name of imported) {
      const start = notices.indexOf(`\n${name} `);
      assert.ok(start > 0, `${name} is not in the notices`);
      assert.match(
        notices.slice(start, notices.indexOf('-'.repeat(80), start) + 1 || undefined),
        /copyright[\s\S]+(as is|AS IS)/i,
        name,
      );
    }
    assert.match(notices, /Emscripten[\s\S]*musl/);
  });

  it('is not built where a package comes without its licence', async () => {
    const bare = join(folder, 'node_modules', 'bare');
    await mkdir(bare, { recursive: true });
    await writeFile(join(bare, 'package.json'), '{ "name": "bare", "version": "1.0.0", "license": "MIT" }');
    const script = `import { thirdPartyNotices } from './scripts/notices.mjs'; await thirdPartyNotices([${JSON.stringify(join(bare, 'index.js'))}]);`;
    const collect = (): { status: number | null; stderr: string } =>
      spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    const missing = collect();
    assert.notEqual(missing.status, 0);
    assert.match(missing.stderr, /bare is shipped, but its package \(.*\) contains no licence text/);
    await writeFile(join(bare, 'LICENCE.md'), 'Copyright me');
    assert.equal(collect().status, 0);
  });

  it('holds a terminal command that works by itself', async () => {
    for (const [path, content] of files) {
      const target = join(folder, 'unpacked', path);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, content);
    }
    const { version } = JSON.parse(String(files.get('package.json'))) as Manifest;
    const command = join(folder, 'unpacked', 'dist', 'cli.js');
    const { stdout, stderr } = spawnSync(process.execPath, [command, '--version'], { encoding: 'utf8' });
    assert.equal(stdout.trim(), version, stderr);
    const example = resolve('examples', 'train.py');
    const lint = spawnSync(process.execPath, [command, 'lint', example], {
      encoding: 'utf8',
      cwd: folder,
      env: { ...process.env, XDG_CACHE_HOME: folder },
    });
    assert.equal(lint.status, 0, lint.stdout + lint.stderr);
  });
});
