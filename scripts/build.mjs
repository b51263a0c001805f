// Bundles the product into dist/ and, with --tests, the tests into out/. With --watch it keeps doing so.
import { build as bundle, context } from 'esbuild';
import { chmod, copyFile, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { commonJsPlugin } from './common-js.mjs';
import { thirdPartyNotices } from './notices.mjs';
import { lateBuiltinsPlugin } from './late-builtins.mjs';
import { ruleTextsPlugin } from './rule-texts.mjs';
import { ruleWordsPlugin } from './rule-words.mjs';

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');
const tests = process.argv.includes('--tests') || watch;

/**
 * Libraries that are rarely needed get files of their own next to the bundles, so that neither activation nor `--help`
 * reads them: `await import('yaml')` loads `dist/vendor/yaml.js`.
 */
const vendored = ['web-tree-sitter', 'yaml', 'smol-toml', 'csv-stringify/sync'];

const vendorFile = (name) => name.replace(/\W+/g, '-');

const vendorPlugin = {
  name: 'vendor',
  setup(build) {
    const names = vendored.map((name) => name.replace(/[/.]/g, '\\$&')).join('|');
    build.onResolve({ filter: new RegExp(`^(${names})$`) }, ({ path }) => ({
      path: `./vendor/${vendorFile(path)}.js`,
      external: true,
    }));
  },
};

/**
 * The SDK of the Model Context Protocol brings a validator of JSON Schema for answers of its client, a third of its code. We
 * check the one answer that we ask for ourselves.
 */
const protocolPlugin = {
  name: 'protocol',
  setup(build) {
    build.onResolve({ filter: /^@modelcontextprotocol\/server\/_shims$/ }, ({ path }) => ({
      path,
      namespace: 'protocol',
    }));
    build.onLoad({ filter: /.*/, namespace: 'protocol' }, () => ({
      contents: `import process from 'node:process';
        class DefaultJsonSchemaValidator { getValidator() { throw new Error('Answers are checked by their readers.'); } }
        export { DefaultJsonSchemaValidator, process };`,
      resolveDir: '.',
    }));
  },
};

const dataFolder = join('src', 'data');

/** Tables that are imported with `import('../data/x.json')` are loaded from `dist/data/x.js` when they are first used. */
const dataPlugin = {
  name: 'data',
  setup(build) {
    const tables = new Set();
    build.onResolve({ filter: /\.json$/ }, ({ path, resolveDir, kind }) => {
      const file = relative(dataFolder, join(resolveDir, path)).replace(/\\/g, '/');
      if (kind !== 'dynamic-import' || file.startsWith('..')) return undefined;
      tables.add(file);
      return { path: `./data/${file.replace(/\.json$/, '.js')}`, external: true };
    });
    build.onEnd(async () => {
      for (const file of tables) {
        const table = JSON.parse(await readFile(join(dataFolder, file), 'utf8'));
        const target = join('dist/data', file.replace(/\.json$/, '.js'));
        await mkdir(dirname(target), { recursive: true });
        await writeFile(target, `module.exports = ${JSON.stringify(table)};\n`);
      }
    });
  },
};

/** For pages that the product writes as text, `import style from './page.css'` gives the minified text of the sheet. */
const stylePlugin = {
  name: 'style',
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const made = await bundle({ entryPoints: [path], bundle: true, minify: true, write: false, metafile: true });
      return {
        contents: made.outputFiles[0].text,
        loader: 'text',
        watchFiles: Object.keys(made.metafile.inputs).map((file) => resolve(file)),
      };
    });
  },
};

const common = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  logLevel: 'warning',
  minify: production,
  keepNames: false,
  sourcemap: production ? false : 'linked',
  metafile: true,
};

/** A missing entry point is an error, so that nothing is silently left out. */
const node = {
  ...common,
  entryPoints: {
    'extension-main': 'src/extension.ts',
    'lint-worker': 'src/editor/lint/worker.ts',
    'scan-worker': 'src/editor/lint/scan-worker.ts',
    'cli-main': 'src/cli/main.ts',
    'lint-thread': 'src/cli/lint/thread.ts',
  },
  outdir: 'dist',
  external: ['vscode'],
  plugins: [
    lateBuiltinsPlugin,
    vendorPlugin,
    protocolPlugin,
    dataPlugin,
    stylePlugin,
    ruleTextsPlugin,
    ruleWordsPlugin,
    commonJsPlugin({
      minify: production,
      sourcemap: !production,
      starts: {
        extension: ['src/extension.ts'],
        lint: [
          'src/cli/main.ts',
          'src/cli/lint-command.ts',
          'src/cli/lint.ts',
          'src/lint/scan/file-linter.ts',
          'src/lint/scan/crew.ts',
        ],
        findings: ['src/lint/scan/text-linter.ts'],
      },
      laterKind: (source) => {
        if (/^src\/(?:agents|editor\/agents|cli\/mcp)/.test(source)) return 'agents';
        return source.startsWith('src/editor/') ? 'editor' : 'terminal';
      },
      starters: { cli: 'src/cli/start.ts', extension: 'src/editor/start.ts' },
      starterPlugins: [lateBuiltinsPlugin],
    }),
  ],
};

/**
 * The product loads its code in a way that knows `require` alone (src/system/code-cache.ts). esbuild writes `import()` as
 * `require` too, but inside a function of web-tree-sitter that has its own variable of this name.
 */
const requirePlugin = {
  name: 'require',
  setup(build) {
    build.onLoad({ filter: /[\\/]web-tree-sitter\.c?js$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace(/\bimport\(/g, 'later('),
      loader: 'js',
    }));
  },
};

const vendor = {
  ...common,
  entryPoints: Object.fromEntries(vendored.map((name) => [vendorFile(name), name])),
  outdir: 'dist/vendor',
  // web-tree-sitter needs `import.meta.url`, which CommonJS does not have.
  banner: {
    js: "const moduleUrl = require('node:url').pathToFileURL(__filename).href, later = async (name) => require(name);",
  },
  define: { 'import.meta.url': 'moduleUrl' },
  plugins: [requirePlugin],
  minify: true,
  sourcemap: false,
};

/** Each folder of `src/webview` is a page. */
const pages = (await readdir('src/webview', { withFileTypes: true }))
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** One bundle and one style sheet per page, for the browser in the editor. */
const webview = {
  ...common,
  platform: 'browser',
  format: 'iife',
  target: 'es2022',
  entryPoints: Object.fromEntries(pages.map((page) => [page, `src/webview/${page}/main.ts`])),
  outdir: 'dist/webview',
};

async function testEntries() {
  const entries = {};
  for (const file of await readdir('test', { recursive: true })) {
    if (file.endsWith('.test.ts') || file === join('vscode', 'index.ts')) {
      entries[file.replace(/\.ts$/, '')] = join('test', file);
    }
  }
  return entries;
}

async function options() {
  const all = [node, vendor, webview];
  if (tests) {
    all.push({
      ...common,
      minify: false,
      sourcemap: 'inline',
      entryPoints: await testEntries(),
      outdir: 'out/test',
      packages: 'external',
      external: ['vscode'],
      plugins: [stylePlugin],
    });
  }
  return all;
}

/** Files that are copied from packages unchanged. */
const copied = {
  'web-tree-sitter.wasm': 'node_modules/web-tree-sitter/web-tree-sitter.wasm',
  'tree-sitter-python.wasm': 'node_modules/tree-sitter-python/tree-sitter-python.wasm',
};

async function assets() {
  await mkdir('dist', { recursive: true });
  await copyFile('src/cli/terminal-relay/relay.py', 'dist/terminal-relay.py');
  for (const [name, from] of Object.entries(copied)) {
    await copyFile(from, join('dist', name));
  }
  // The licence of these tables requires that its text and the attribution are distributed with them.
  await mkdir('dist/data/electricity-maps', { recursive: true });
  for (const name of ['LICENSE', 'ATTRIBUTION.md']) {
    await copyFile(join(dataFolder, 'electricity-maps', name), join('dist/data/electricity-maps', name));
  }
}

/** The source files of everything that is shipped. */
function shippedInputs(results) {
  const outputs = results
    .flatMap(({ metafile }) => Object.entries(metafile.outputs))
    .filter(([path]) => path.startsWith('dist/'));
  return new Set(
    outputs.flatMap(([, { inputs }]) =>
      Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
    ),
  );
}

await rm('dist', { recursive: true, force: true });
if (tests) await rm('out/test', { recursive: true, force: true });
await assets();
const contexts = await Promise.all((await options()).map((option) => context(option)));
if (watch) {
  await Promise.all(contexts.map((each) => each.watch()));
  console.log('Watching for changes; press Ctrl+C to stop.');
} else {
  const results = await Promise.all(contexts.map((each) => each.rebuild()));
  await Promise.all(contexts.map((each) => each.dispose()));
  await chmod('dist/cli.js', 0o755);
  await writeFile(
    'dist/THIRD-PARTY-NOTICES.txt',
    await thirdPartyNotices([...shippedInputs(results), ...Object.values(copied)]),
  );
}
