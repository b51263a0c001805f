// esbuild shares code between entry points only for ES modules, but VS Code and Node load CommonJS faster. So this plugin
// turns the modules that esbuild splits into CommonJS, and puts small pieces together into one file.
import { build as bundle, transform } from 'esbuild';
import { createHash } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Opening a smaller piece as a file of its own costs more than reading it together with others. */
const smallBytes = 16_000;

/** Names of esbuild's pieces: `[name]-[hash].js`. The hash depends on the content and the names of the imports. */
const pieceName = /^[\w-]+-[0-9A-Z]{8}\.js$/;

/** Pieces that no start reads, and that code of several kinds may read. */
const laterFile = 'shared-later.js';

/**
 * Writes the entry points, the code that they share, and the code that they import later.
 * @param {{
 *   readonly minify: boolean,
 *   readonly sourcemap: boolean,
 *   readonly starts: Readonly<Record<string, readonly string[]>>,
 *   readonly laterKind: (source: string) => string,
 *   readonly starters: Readonly<Record<string, string>>,
 *   readonly starterPlugins: readonly import('esbuild').Plugin[],
 * }} options `starts` are those whose time matters most, each with the source files that it loads, entry points or loaded
 *   late; `laterKind` is the kind of user of a source file that is loaded late: pieces that one kind alone reads share a file;
 *   `starters` are small files that load entry points and know a hash of all code as `buildHash`
 */
export function commonJsPlugin({ minify, sourcemap, starts, laterKind, starters, starterPlugins }) {
  const format = {
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    minify,
    sourcemap: sourcemap ? 'external' : false,
    // For `import()` of a CommonJS file, Node would parse the file a second time to find its exports.
    supported: { 'dynamic-import': false },
  };
  return {
    name: 'common-js',
    setup(build) {
      Object.assign(build.initialOptions, {
        format: 'esm',
        splitting: true,
        chunkNames: '[name]-[hash]',
        write: false,
        metafile: true,
        sourcemap: sourcemap ? 'inline' : false,
      });
      let written = new Set();
      build.onEnd(async ({ outputFiles = [], metafile }) => {
        if (outputFiles.length === 0) return;
        const folder = dirname(outputFiles[0].path);
        const texts = new Map(outputFiles.map(({ path, text }) => [basename(path), text]));
        const homes = homesOf(texts, { starts, laterKind }, metafile);
        const files = await Promise.all([
          ...[...texts]
            .filter(([name]) => !homes.has(name))
            .map(async ([name, text]) => ({ name, ...(await transform(text, { ...format, sourcefile: name })) })),
          ...[...new Set(homes.values())].map((home) => gather(home, homes, texts, folder)),
        ]);
        await mkdir(folder, { recursive: true });
        for (const { name, code, map } of files) {
          const text = code.replace(/\brequire\("\.\/([\w-]+\.js)"\)/g, (call, piece) =>
            homes.has(piece) ? `require("./${homes.get(piece)}").${identifier(piece)}()` : call,
          );
          await writeFile(join(folder, name), sourcemap ? `${text}//# sourceMappingURL=${name}.map\n` : text);
          if (sourcemap) await writeFile(join(folder, `${name}.map`), map);
        }
        const hash = createHash('sha256');
        for (const { name, code } of files.sort((a, b) => (a.name < b.name ? -1 : 1)))
          hash.update(`${name}\n${code}\n`);
        await bundle({
          ...format,
          bundle: true,
          outdir: folder,
          entryPoints: starters,
          external: Object.keys(metafile.outputs).map((path) => `./${basename(path)}`),
          sourcemap: sourcemap ? 'linked' : false,
          plugins: starterPlugins,
          define: { buildHash: JSON.stringify(hash.digest('hex').slice(0, 16)) },
          logLevel: 'warning',
        });
        // While watching, names change with the content.
        const names = new Set(files.map(({ name }) => name));
        for (const name of written) if (!names.has(name)) await rm(join(folder, name), { force: true });
        written = names;
      });
    },
  };

  /** Puts pieces into one file, as one function per piece. The first call of a function runs its piece. */
  async function gather(home, homes, texts, folder) {
    const pieces = [...homes].filter(([, file]) => file === home).map(([name]) => name);
    const { outputFiles } = await bundle({
      ...format,
      bundle: true,
      write: false,
      outfile: join(folder, home),
      stdin: {
        contents: pieces
          .sort()
          .map((name) => `exports.${identifier(name)} = () => require('./${name}');`)
          .join('\n'),
        sourcefile: home,
        resolveDir: folder,
      },
      plugins: [
        {
          name: 'pieces',
          setup(build) {
            build.onResolve({ filter: /.*/ }, ({ path }) =>
              homes.get(path.slice(2)) === home
                ? { path: path.slice(2), namespace: 'piece' }
                : { path, external: true },
            );
            build.onLoad({ filter: /.*/, namespace: 'piece' }, ({ path }) => ({
              contents: texts.get(path),
              loader: 'js',
            }));
          },
        },
      ],
    });
    const [code, map] = ['.js', '.map'].map((end) => outputFiles.find(({ path }) => path.endsWith(end))?.text);
    return { name: home, code, map };
  }
}

/**
 * The shared file for each small piece. Pieces that the same starts read share a file, so that a start reads what it needs and
 * no more; what is read later is apart for the editor, the terminal and agents.
 */
function homesOf(texts, { starts, laterKind }, metafile) {
  const readers = Object.entries(starts).map(([name, sources]) => [name, staticImports(sources, metafile)]);
  const late = Object.values(metafile.outputs).flatMap(({ entryPoint = null }) =>
    entryPoint === null ? [] : [[laterKind(entryPoint), staticImports([entryPoint], metafile)]],
  );
  const homes = new Map();
  for (const [name, text] of texts) {
    const isSmall = text.replace(/^\/\/# sourceMappingURL=.*/m, '').length < smallBytes;
    if (!pieceName.test(name) || !isSmall) continue;
    const readBy = readers.filter(([, names]) => names.has(name)).map(([start]) => start);
    const kinds = [...new Set(late.filter(([, names]) => names.has(name)).map(([kind]) => kind))];
    const laterHome = kinds.length === 1 ? `shared-later-${kinds[0]}.js` : laterFile;
    homes.set(name, readBy.length > 0 ? `shared-${readBy.join('-')}.js` : laterHome);
  }
  return homes;
}

/** The files that hold these sources, and those that must be read before these run. */
function staticImports(sources, { outputs }) {
  const paths = new Set(
    sources.map((source) => {
      const found = Object.keys(outputs).find((path) => outputs[path].entryPoint === source);
      if (found === undefined) throw new Error(`${source} is neither an entry point nor loaded late`);
      return found;
    }),
  );
  for (const path of paths) {
    for (const { path: imported, kind, external } of outputs[path].imports) {
      if (kind === 'import-statement' && external !== true) paths.add(imported);
    }
  }
  return new Set([...paths].map((path) => basename(path)));
}

/** A JavaScript identifier for the file of a piece. */
const identifier = (file) => file.replace(/\.js$/, '').replace(/\W/g, '_');
