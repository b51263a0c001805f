// esbuild shares code between entry points only in ES modules, and VS Code and Node read CommonJS sooner: what is built
// as modules is written as CommonJS.
import { transform } from 'esbuild';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';

/** @param {{ readonly minify: boolean, readonly sourcemap: boolean }} options */
export function commonJsPlugin({ minify, sourcemap }) {
  return {
    name: 'common-js',
    setup(build) {
      Object.assign(build.initialOptions, {
        format: 'esm',
        splitting: true,
        write: false,
        sourcemap: sourcemap ? 'inline' : false,
      });
      /** The files of the last build: names of shared files change with their content. */
      let written = new Set();
      build.onEnd(async ({ outputFiles = [] }) => {
        const files = await Promise.all(
          outputFiles.map(async ({ path, text }) => ({ path, ...(await toCommonJs(path, text)) })),
        );
        for (const { path, code, map } of files) {
          await mkdir(dirname(path), { recursive: true });
          await writeFile(path, sourcemap ? `${code}//# sourceMappingURL=${basename(path)}.map\n` : code);
          if (sourcemap) await writeFile(`${path}.map`, map);
        }
        const paths = new Set(files.map(({ path }) => path));
        for (const path of written) if (!paths.has(path)) await rm(path, { force: true });
        written = paths;
      });
    },
  };

  function toCommonJs(path, text) {
    return transform(text, {
      format: 'cjs',
      platform: 'node',
      target: 'node20',
      minify,
      sourcefile: basename(path),
      sourcemap: sourcemap ? 'external' : false,
      // `import()` of a CommonJS file would let Node parse it once more to find its exports.
      supported: { 'dynamic-import': false },
    });
  }
}
