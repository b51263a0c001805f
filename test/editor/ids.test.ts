import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import manifest from '../../package.json';

const { commands, views, viewsContainers, configuration } = manifest.contributes;
const commandIds = commands.map(({ command }) => command);
const viewIds = Object.values(views)
  .flat()
  .map(({ id }) => id);
const containerIds = Object.values(viewsContainers)
  .flat()
  .map(({ id }) => id);
const settings = configuration.flatMap(({ properties }) => Object.keys(properties));

/** Ids that are no contribution of the manifest, and what each of them is. */
const INTERNAL: Readonly<Record<string, string>> = {
  'greenML.bestTime': 'the panel of Best Time to Start',
  'greenML.lint.ignore': 'a command of the quick-fix menu',
  'greenML.lint.showPractice': 'a command of lenses and hovers',
  'greenML.lint.showRule': 'a command of hovers',
  'greenML.meter': 'the status bar item',
  'greenML.practices.panel': 'the panel of the practices',
  'greenML.regions.choose': 'a command of the region page',
  'greenML.regions.copySchedule': 'a command of the time page',
  'greenML.regions.remind': 'a command of the time page',
  'greenML.runs.grouping': 'a context key, and a memory of the history',
  'greenML.runs.manual': 'a context key',
};

/** The beginnings of dotted names: `greenML.lint` of `greenML.lint.enable`. */
const sections = (names: readonly string[]): string[] =>
  names.flatMap((name) => name.split('.').map((_, index, parts) => parts.slice(0, index + 1).join('.')));

const known = new Set([
  ...sections([...commandIds, ...settings]),
  ...viewIds.flatMap((id) => [id, `${id}.focus`]),
  ...containerIds,
  ...Object.keys(INTERNAL),
]);

function filesBelow(folder: string, endings: RegExp): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => endings.test(name))
    .map((name) => join(folder, name));
}

const sources = filesBelow('src', /\.ts$/);
const texts = [
  ...sources,
  ...filesBelow('docs', /\.md$/),
  ...filesBelow('media', /\.(?:svg|md)$/),
  ...filesBelow('examples', /\.md$/),
  'README.md',
  'package.json',
];

/** What looks like an id in a file, save the names of files. */
function idsIn(text: string): string[] {
  return [...text.matchAll(/\bgreenML(?:\.[A-Za-z]+)+(?![\w-])/g)].map(([id]) => id);
}

describe('the ids of commands, settings, views and context keys', () => {
  it('exist wherever they are named', () => {
    for (const file of texts) {
      for (const id of idsIn(readFileSync(file, 'utf8')))
        assert.ok(known.has(id), `${id}, named in ${file}, is neither in package.json nor in the list of this test`);
    }
  });

  it('name settings by their short keys rightly', () => {
    for (const file of sources) {
      const text = readFileSync(file, 'utf8');
      const [, section] = /getConfiguration\(\s*'(greenML[\w.]*)'/.exec(text) ?? [];
      if (section === undefined) continue;
      const keys = [
        ...text.matchAll(
          /(?:configuration|settings|\))\.(?:get|update|inspect)(?:<[^>()]*>)?\(\s*'([\w.]+)'|\bread\('([\w.]+)'/g,
        ),
      ].map(([, first, second]) => first ?? second ?? '');
      for (const key of keys)
        assert.ok(settings.includes(`${section}.${key}`), `${section}.${key}, read in ${file}, is no setting`);
    }
  });

  it('are no longer listed here once nobody uses them', () => {
    const used = new Set(sources.flatMap((file) => idsIn(readFileSync(file, 'utf8'))));
    for (const [id, what] of Object.entries(INTERNAL)) assert.ok(used.has(id), `${id} (${what}) is not used any more`);
    for (const id of [...commandIds, ...viewIds]) {
      const last = id.split('.').at(-1) ?? '';
      const named = used.has(id) || sources.some((file) => readFileSync(file, 'utf8').includes(`'${last}'`));
      assert.ok(named, `${id} is in package.json, and nothing in src names it`);
    }
  });

  it('are found when a wrong one is written', () => {
    assert.ok(
      !known.has(idsIn("command: 'greenML.runs.statement'")[0] ?? ''),
      'the id of a command that never existed',
    );
    assert.deepEqual(idsIn('see greenML.lint.enable, and greenML.'), ['greenML.lint.enable']);
  });
});
