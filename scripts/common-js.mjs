// esbuild shares code between entry points only in ES modules, and VS Code and Node read CommonJS sooner: what it splits
// as modules is written as CommonJS here, with all small pieces in one file.
import { build as bundle, transform } from 'esbuild';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** A file of its own saves less than it costs to open if it is smaller than this. */
const smallBytes = 16_000;

/** Made by esbuild: `[name]-[hash].js`, where the hash follows the content and the names of what it imports. */
const splitName = /^[\w-]+-[0-9A-Z]{8}\.js$/;

/**
 * Writes the entry points, what they share, and what they import when it is needed.
 * @param {{ readonly minify: boolean, readonly sourcemap: boolean }} options
 */
export function commonJsPlugin({ minify, sourcemap }) {
  const format = {
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    minify,
    sourcemap: sourcemap ? 'external' : false,
    // `import()` of a CommonJS file would let Node parse it once more to find its exports.
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
        sourcemap: sourcemap ? 'inline' : false,
      });
      let written = new Set();
      build.onEnd(async ({ outputFiles = [] }) => {
        if (outputFiles.length === 0) return;
        const folder = dirname(outputFiles[0].path);
        const pieces = new Map(outputFiles.map(({ path, text, contents }) => [basename(path), { text, contents }]));
        const small = new Set(
          [...pieces]
            .filter(([name, { contents }]) => splitName.test(name) && contents.length < smallBytes)
            .map(([name]) => name),
        );
        const files = await Promise.all(
          [...pieces]
            .filter(([name]) => !small.has(name))
            .map(async ([name, { text }]) => ({ name, ...(await transform(text, { ...format, sourcefile: name })) })),
        );
        files.push({ name: sharedFile, ...(await bundleSmall(small, pieces, folder)) });
        await mkdir(folder, { recursive: true });
        for (const { name, code, map } of files) {
          const text = code.replace(/\brequire\("\.\/([\w-]+\.js)"\)/g, (call, piece) =>
            small.has(piece) ? `require("./${sharedFile}").${nameOf(piece)}()` : call,
          );
          await writeFile(join(folder, name), sourcemap ? `${text}//# sourceMappingURL=${name}.map\n` : text);
          if (sourcemap) await writeFile(join(folder, `${name}.map`), map);
        }
        // In a watch, names change with the content.
        const names = new Set(files.map(({ name }) => name));
        for (const name of written) if (!names.has(name)) await rm(join(folder, name), { force: true });
        written = names;
      });
    },
  };

  /** One file with a function for each piece, which runs it at the first call. */
  async function bundleSmall(small, pieces, folder) {
    const { outputFiles } = await bundle({
      ...format,
      bundle: true,
      write: false,
      outfile: join(folder, sharedFile),
      stdin: {
        contents: [...small]
          .sort()
          .map((name) => `exports.${nameOf(name)} = () => require('./${name}');`)
          .join('\n'),
        sourcefile: 'shared',
        resolveDir: folder,
      },
      plugins: [
        {
          name: 'pieces',
          setup(build) {
            build.onResolve({ filter: /.*/ }, ({ path }) =>
              small.has(path.slice(2)) ? { path: path.slice(2), namespace: 'piece' } : { path, external: true },
            );
            build.onLoad({ filter: /.*/, namespace: 'piece' }, ({ path }) => ({
              contents: pieces.get(path).text,
              loader: 'js',
            }));
          },
        },
      ],
    });
    const [code, map] = ['.js', '.js.map'].map((end) =>
      outputFiles.find(({ path }) => path.endsWith(`${sharedFile.replace(/\.js$/, '')}${end}`)),
    );
    return { code: code.text, map: map?.text };
  }
}

const sharedFile = 'shared.js';

/** A name of JavaScript for a piece's file. */
const nameOf = (file) => file.replace(/\.js$/, '').replace(/\W/g, '_');
