// @ts-check
// Installs packages on Debian and Ubuntu, but only without asking: as root, or if sudo needs no password.
import { spawnSync } from 'node:child_process';
import { runLogged } from './children.mjs';
import { say } from './progress.mjs';

/**
 * Installs packages if that is allowed.
 * @param {readonly string[]} names
 * @returns {Promise<boolean>} false if it is not allowed here or failed (the log says why)
 */
export async function installSystemPackages(names) {
  const prefix = privilege();
  if (prefix === null) return false;
  const [command, ...before] = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get'];
  // On a machine that has just started, another apt may be running.
  const options = ['-q', '-y', '-o', 'DPkg::Lock::Timeout=300'];
  const log = 'apt';
  say(`Installing ${names.join(' and ')} with apt (a minute or two) …`);
  try {
    await runLogged(command, [...before, ...options, 'update'], { log });
  } catch {
    // An old list of packages may still be good enough for the install.
  }
  try {
    await runLogged(command, [...before, ...options, 'install', '--no-install-recommends', ...names], { log });
    return true;
  } catch (error) {
    say(/** @type {Error} */ (error).message);
    return false;
  }
}

/** The command prefix for installing packages; null if it is not allowed. */
function privilege() {
  if (spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status !== 0) return null;
  if (process.getuid?.() === 0) return [];
  return spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0 ? ['sudo', '-n'] : null;
}
