// @ts-check
// The profile of an editor that the scripts start, separate from the user's own settings and extensions.
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { root } from './progress.mjs';

const manifest =
  /** @type {{ contributes: { configuration: { properties: Record<string, { scope?: string }> }[] } }} */ (
    JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  );

/** Settings with which the editor opens without extras and does not ask anything. */
const quietSettings = {
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'git.openRepositoryInParentFolders': 'never',
  'security.workspace.trust.enabled': false,
  'security.workspace.trust.startupPrompt': 'never',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

/** An extension for the tests: `debugpy-extension` contributes the debugger that comes with Microsoft's Python extension. */
const fixture = (/** @type {string} */ name) => join(root, 'test', 'fixtures', name);

/**
 * The folders of a profile, laid out as VS Code's server expects them below its data folder.
 * @param {string} profile
 */
export function profileFolders(profile) {
  return { userData: join(profile, 'data'), extensions: join(profile, 'extensions') };
}

/**
 * The environment of an editor under test. It has its own home folder, so that nothing is written to the user's and its
 * terminals do not run the user's start-up files. Those can be slow, and leave locks behind when a test closes a
 * terminal.
 * @param {string} profile folder
 */
export async function homeOfItsOwn(profile) {
  const home = join(profile, 'home');
  await mkdir(home, { recursive: true });
  // By default, pyenv looks for its Pythons in the home folder.
  return { HOME: home, PYENV_ROOT: process.env['PYENV_ROOT'] ?? join(homedir(), '.pyenv') };
}

/**
 * The scope that the extension declares for a setting.
 * @param {string} name
 * @returns {string | undefined}
 */
function scopeOf(name) {
  for (const { properties } of manifest.contributes.configuration)
    if (name in properties) return properties[name]?.scope;
  return undefined;
}

/**
 * Creates a profile with quiet settings and a Python debugger. What already exists stays unchanged.
 * @param {string} profile folder
 * @param {Readonly<Record<string, unknown>>} settings user settings, in addition to the quiet ones
 * @param {readonly string[]} fixtures extensions of test/fixtures to install
 */
export async function createProfile(profile, settings = {}, fixtures = ['debugpy-extension']) {
  const { userData, extensions } = profileFolders(profile);
  await mkdir(join(userData, 'User'), { recursive: true });
  const file = join(userData, 'User', 'settings.json');
  if (!existsSync(file)) await writeFile(file, JSON.stringify({ ...quietSettings, ...settings }, null, 2));
  // A window with a server takes settings of the machine from a file of their own: those of the user count only at first.
  const ofMachine = Object.entries(settings).filter(([name]) => scopeOf(name) === 'machine');
  if (ofMachine.length > 0) {
    await mkdir(join(userData, 'Machine'), { recursive: true });
    await writeFile(join(userData, 'Machine', 'settings.json'), JSON.stringify(Object.fromEntries(ofMachine)));
  }
  // When an editor starts for the first time, it uses all extensions that it finds in the folder.
  for (const folder of fixtures.map(fixture)) {
    const { publisher, name, version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    await cp(folder, join(extensions, `${publisher}.${name}-${version}`), { recursive: true });
  }
}
