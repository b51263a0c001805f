// @ts-check
// Builds the product when it is installed from source: by `npm install --global .`, by `npm install` with the address of a
// repository, and by pre-commit. Without this, such an install would succeed but provide no command.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = dirname(import.meta.dirname);

/**
 * Runs a tool with its output on standard error, because `npm pack` prints the name of the package on standard output.
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
function run(args, env = process.env) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, env, stdio: ['ignore', 2, 2] });
  return status === 0;
}

/** Installs the tools for building. The outer npm installs them only if it was called for this folder itself. */
function installTools() {
  const npm = process.env['npm_execpath'];
  if (npm === undefined) return false;
  // Options of the outer npm, such as --global, must not apply to the tools.
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
