// @ts-check
// The fonts of the pictures: a plain machine has only one wide font, with which VS Code looks unlike itself.
import { spawnSync } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runLogged } from '../children.mjs';
import { installOnce } from '../install.mjs';
import { cache, Problem, say } from '../progress.mjs';

/** Packages of Debian under the Open Font License: Inter for the interface, JetBrains Mono for code. */
const debianPackages = ['fonts-inter', 'fonts-jetbrains-mono'];

/**
 * Lets a browser that is started from now on use these fonts. They are unpacked into the cache and not installed, so no
 * other program is affected.
 */
export async function useFonts() {
  const folder = join(cache, 'fonts');
  try {
    await installOnce(folder, unpack);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    say(`The fonts of the pictures could not be downloaded, so those of this machine are used: ${error.message}`);
    return;
  }
  const file = join(folder, 'fonts.conf');
  await writeFile(file, configuration(folder));
  process.env['FONTCONFIG_FILE'] = file;
}

/** @param {string} folder */
async function unpack(folder) {
  if (spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status !== 0) throw new Problem('there is no apt-get');
  await runLogged('apt-get', ['download', ...debianPackages], { cwd: folder, log: 'apt' });
  for (const name of await readdir(folder)) {
    if (name.endsWith('.deb')) await runLogged('dpkg-deb', ['-x', name, '.'], { cwd: folder, log: 'apt' });
  }
}

/**
 * Of Inter, the text sizes alone: with the display sizes, headings would be drawn in a narrower cut.
 * @param {string} folder
 */
const configuration = (folder) => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>${folder}/usr/share/fonts</dir>
  <cachedir>${folder}/cache</cachedir>
  <match><test name="family"><string>system-ui</string></test><edit name="family" mode="prepend" binding="strong"><string>Inter</string></edit></match>
  <match><test name="family"><string>sans-serif</string></test><edit name="family" mode="prepend" binding="strong"><string>Inter</string></edit></match>
  <match><test name="family"><string>monospace</string></test><edit name="family" mode="prepend" binding="strong"><string>JetBrains Mono</string></edit></match>
</fontconfig>
`;
