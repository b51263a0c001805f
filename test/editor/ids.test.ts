import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import manifest from '../../package.json';
import { colours } from '../../src/editor/contributions/colours';
import { commands as shownCommands, editorCommands, hiddenCommands } from '../../src/editor/contributions/commands';
import { contextKeys, panels, schemes, views } from '../../src/editor/contributions/surfaces';

const { viewsContainers, configuration } = manifest.contributes;
const commandIds = manifest.contributes.commands.map(({ command }) => command);
const viewIds = Object.values(manifest.contributes.views)
  .flat()
  .map(({ id }) => id);
const containerIds = Object.values(viewsContainers)
  .flat()
  .map(({ id }) => id);
const settings = configuration.flatMap(({ properties }) => Object.keys(properties));

/** Ids that are not contributions in package.json, and what they are. */
const internal: Readonly<Record<string, string>> = {
  'greenML.bestTime': 'the panel of Best Time to Start',
  'greenML.lint.fix': 'a command of CodeLens and hovers',
  'greenML.lint.ignore': 'a command of the quick-fix menu',
  'greenML.lint.showPractice': 'a command of CodeLens and hovers',
  'greenML.lint.showRule': 'a command of hovers',
  'greenML.runs.showOlder': 'a command of the last row of the history',
  'greenML.runs.stop': 'a command of the tooltip of the status bar',
  'greenML.meter': 'the status bar item',
  'greenML.mcp': 'the provider of the MCP server',
  'greenML.practices.panel': 'the panel of the practices',
  'greenML.regions.askAnswer': 'a command of the region page',
  'greenML.regions.askTime': 'a command of the time page',
  'greenML.run': 'the panel of a run',
  'greenML.regions.choose': 'a command of the region page',
  'greenML.regions.copySchedule': 'a command of the time page',
  'greenML.regions.remind': 'a command of the time page',
  'greenML.regions.saveCalendar': 'a command of the time page',
  'greenML.regions.write': 'a command of the region page',
  'greenML.path': 'a context key',
  'greenML.runs.any': 'a context key',
  'greenML.runs.grouping': 'a context key, and a key of the stored state of the history',
  'greenML.runs.comparing': 'a context key',
  'greenML.runs.manual': 'a context key',
  'greenML.runs.reach': 'a context key, and a key of the stored state of the history',
};

/** The prefixes of dotted names: `greenML.lint` of `greenML.lint.enable`. */
const sections = (names: readonly string[]): string[] =>
  names.flatMap((name) => name.split('.').map((_, index, parts) => parts.slice(0, index + 1).join('.')));

const known = new Set([
  ...sections([...commandIds, ...settings]),
  ...viewIds.flatMap((id) => [id, `${id}.focus`]),
  ...containerIds,
  ...Object.keys(internal),
  ...Object.values(colours).map(({ id }) => id),
]);

function filesBelow(folder: string, endings: RegExp): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => endings.test(name))
    .map((name) => join(folder, name));
}

/** The files that define the ids. */
const list = filesBelow('src/editor/contributions', /\.ts$/);
const sources = filesBelow('src', /\.ts$/);
const users = sources.filter((file) => !list.includes(file));
/** The engine's advice names one setting of the editor, but the engine cannot import the editor's list. */
const lowerFloor = join('src', 'runs', 'settings', 'scope.ts');
const texts = [
  ...sources,
  ...filesBelow('docs', /\.md$/),
  ...filesBelow('media', /\.(?:svg|md)$/),
  ...filesBelow('examples', /\.md$/),
  'README.md',
  'package.json',
];

/** Everything in a file that looks like an id, except file names. */
function idsIn(text: string): string[] {
  return [...text.matchAll(/\bgreenML(?:\.[A-Za-z]+)+(?![\w-])/g)].map(([id]) => id);
}

describe('the ids of commands, settings, views and context keys', () => {
  it('exist wherever they are used', () => {
    for (const file of texts) {
      for (const id of idsIn(readFileSync(file, 'utf8')))
        assert.ok(known.has(id), `${id}, named in ${file}, is neither in package.json nor in the list of this test`);
    }
  });

  it('are written once, in the list of contributions', () => {
    for (const file of users.filter((each) => each !== lowerFloor)) {
      assert.doesNotMatch(readFileSync(file, 'utf8'), /greenML/, `${file}: take the id from src/editor/contributions`);
    }
    const quoted = list.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/'(greenML[\w.]*)'/g)].map(([, id = '']) => id),
    );
    // The prefix of the settings is also the id of the view container.
    const once = quoted.filter((id) => id !== 'greenML');
    const twice = once.filter((id, index) => once.indexOf(id) !== index);
    assert.deepEqual(twice, []);
    assert.ok(once.length > 30, `only ${once.length} ids were found in the list`);
  });

  it('use the right short keys of settings', () => {
    const calls =
      /(?:\.(?:write|written|isSetByWorkspace|valueOfWorkspace)|\bread|settingName|settingsUri|affectsSettings)\(\s{0,20}(?:event, )?'([\w.]{1,40})'/g;
    const names = new Set(sections(settings));
    const editor = users.filter((file) => file.startsWith(join('src', 'editor')));
    const keys = editor.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(calls)].map(([, key = '']) => ({ file, key })),
    );
    assert.ok(keys.length > 30, `only ${keys.length} places where settings are read were found`);
    for (const { file, key } of keys) {
      assert.ok(names.has(`greenML.${key}`), `greenML.${key}, named in ${file}, is not a setting`);
    }
  });

  it('are all used', () => {
    const text = users.map((file) => readFileSync(file, 'utf8')).join('\n');
    const groups = { commands: shownCommands, hiddenCommands, editorCommands, views, panels, contextKeys, schemes };
    const menusAndTexts = list.map((file) => readFileSync(file, 'utf8')).join('\n');
    for (const [group, members] of Object.entries(groups)) {
      for (const name of Object.keys(members)) {
        const use = new RegExp(`\\b${group}\\.${name}\\b`);
        const isUsed = use.test(text) || (group === 'editorCommands' && use.test(menusAndTexts));
        assert.ok(isUsed, `${group}.${name} is in the list of contributions, but nothing uses it`);
      }
    }
    for (const setting of settings) {
      assert.ok(text.includes(`'${setting.replace('greenML.', '')}'`), `${setting} is a setting, but nothing reads it`);
    }
    const listed = new Set(list.flatMap((file) => idsIn(readFileSync(file, 'utf8'))));
    for (const [id, what] of Object.entries(internal)) assert.ok(listed.has(id), `${id} (${what}) is no longer used`);
    for (const id of [...commandIds, ...viewIds])
      assert.ok(listed.has(id), `${id} is in package.json, but not in the list of contributions`);
  });

  it('match command titles in documentation', () => {
    const titles = new Set(Object.values(shownCommands).map(({ title }) => title));
    const named = [...texts, 'CHANGELOG.md'].flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/\*{1,2}Green ML: ([^*\n]{1,60})\*{1,2}/g)].map(([, title = '']) => ({
        file,
        title,
      })),
    );
    assert.ok(named.length > 3, `only ${named.length} titles were found`);
    for (const { file, title } of named) assert.ok(titles.has(title), `${file} names the command "${title}"`);
  });

  it('are reported if one is wrong', () => {
    assert.ok(
      !known.has(idsIn("command: 'greenML.runs.statement'")[0] ?? ''),
      'the id of a command that never existed',
    );
    assert.deepEqual(idsIn('see greenML.lint.enable, and greenML.'), ['greenML.lint.enable']);
  });
});
