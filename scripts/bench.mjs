// @ts-check
// `npm run bench`: runs the benchmarks of bench/ one after the other, so that they do not disturb each other.
// `npm run bench -- linter` runs those with this word in their name. A benchmark exports `run`, which prints its results.
import { build } from 'esbuild';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { end, endAllOnSignals, start } from './children.mjs';
import { main, Problem, readCommandLine, root } from './progress.mjs';

await main(async () => {
  const [wanted = ''] = readCommandLine({ allowPositionals: true }).positionals;
  const folder = join(root, 'bench');
  const all = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.bench.ts')) : [];
  const names = all.filter((name) => name.includes(wanted)).map((name) => name.replace(/\.ts$/, ''));
  if (names.length === 0) throw new Problem(`There is no benchmark ${wanted} in bench/.`);
  endAllOnSignals();
  // Measure the product as it is shipped.
  if ((await run([join(root, 'scripts', 'build.mjs'), '--production'])) !== 0) throw new Problem('The build failed.');
  await build({
    entryPoints: Object.fromEntries(names.map((name) => [name, join(folder, `${name}.ts`)])),
    outdir: join(root, 'out', 'bench'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    packages: 'external',
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  const began = performance.now();
  const minutes = () => ((performance.now() - began) / 60_000).toFixed(1);
  for (const name of names) {
    console.log(`\n━━ ${name} (${minutes()} min)`);
    const file = join(root, 'out', 'bench', `${name}.js`);
    const status = await run([
      '--enable-source-maps',
      '--eval',
      'require(process.argv[1]).run().then(() => process.exit())',
      file,
    ]);
    if (status !== 0) process.exitCode = 1;
  }
  console.log(`\n${names.length} benchmarks in ${minutes()} min`);
});

/**
 * Runs Node to its end.
 * @param {readonly string[]} args
 */
async function run(args) {
  const running = start(process.execPath, args, { cwd: root, stdio: 'inherit' });
  const status = await running.ended;
  await end(running, 0);
  return status;
}
