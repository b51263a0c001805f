// @ts-check
// Builds the product where it is installed from its sources and not built yet: by `npm install --global .`, by
// `npm install` with the address of a repository, and by pre-commit. Otherwise such an install would end well and bring
// no command.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = dirname(import.meta.dirname);

/**
 * Its output goes to standard error: `npm pack` prints the name of the package on standard output.
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
function run(args, env = process.env) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, env, stdio: ['ignore', 2, 2] });
  return status === 0;
}

/** The tools that build it; the outer npm installs them only where it is asked for the folder itself. */
function installTools() {
  const npm = process.env['npm_execpath'];
  if (npm === undefined) return false;
  // What the outer npm was told (such as --global) is not meant for these.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) =>
        !/^npm_/i.test(name) || /^npm_config_(cache|registry|userconfig|proxy|https_proxy|offline)$/i.test(name),
    ),
  );
  return run([npm, 'ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund'], env);
}

if (!existsSync(join(root, 'dist', 'cli.js'))) {
  const hasTools = existsSync(join(root, 'node_modules', 'esbuild')) || installTools();
  if (!hasTools || !run([join('scripts', 'build.mjs'), '--production'])) {
    console.error(
      `Green ML could not be built in ${root}: run "npm ci" and "npm run build" there, then install it again.`,
    );
    process.exitCode = 1;
  }
}
