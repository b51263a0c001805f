import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import packageJson from '../package.json';
import english from '../package.nls.json';
import german from '../package.nls.de.json';
import { localised } from '../src/editor/contributions/localised';
import { manifestParts } from '../src/editor/contributions/manifest';
import { keylessServices, serviceSetups } from '../src/grid/services/services';
import { leastSavingPercent } from '../src/place/limits';
import { defaultCommandPatterns } from '../src/runs/command/command-line';

/** As VS Code reads it in English: with texts for keys. */
const manifest = JSON.parse(
  JSON.stringify(packageJson).replaceAll(/"%([\w.-]+)%"/g, (_, key: string) =>
    JSON.stringify((english as Readonly<Record<string, string>>)[key]),
  ),
) as typeof packageJson;

const settings = Object.assign({}, ...manifest.contributes.configuration.map(({ properties }) => properties)) as Record<
  string,
  {
    readonly default?: unknown;
    readonly markdownDescription?: string;
    readonly description?: string;
    readonly scope?: string;
  }
>;

describe('the manifest', () => {
  it('activates only when there is something to do', () => {
    for (const event of manifest.activationEvents) assert.doesNotMatch(event, /^\*$|^onStartupFinished$/);
  });

  it('has one category for all commands, and titles that do not repeat it', () => {
    for (const { command, title, category } of manifest.contributes.commands) {
      assert.match(command, /^greenML\.[a-zA-Z.]+$/);
      assert.equal(category, 'Green ML', command);
      assert.doesNotMatch(title, /Green ML/, command);
    }
  });

  it('has a default, a description and a scope for each setting', () => {
    for (const [name, setting] of Object.entries(settings)) {
      assert.match(name, /^greenML\./);
      assert.notEqual(setting.default, undefined, name);
      assert.ok((setting.markdownDescription ?? setting.description ?? '').length > 20, name);
      assert.ok(setting.scope, name);
    }
  });

  it('names every service that needs no key where people turn them on', () => {
    const description = settings['greenML.live.publicServices']?.markdownDescription ?? '';
    const keyless = serviceSetups.filter(({ inputs }) => inputs.length === 0);
    assert.deepEqual(
      keylessServices.map(({ name }) => name),
      keyless.map(({ name }) => name),
      'a service that needs nothing names its country',
    );
    for (const { name, country } of keylessServices)
      assert.ok(description.includes(`${name} for ${country}`), `${name} for ${country}`);
  });

  it('says from what saving on a region gets a CodeLens', () => {
    const description = settings['greenML.regions.codeLens']?.markdownDescription ?? '';
    assert.ok(description.includes(`at least ${leastSavingPercent} % less`), description);
  });

  it('has the same defaults as the code', () => {
    assert.deepEqual(settings['greenML.meter.commands']?.default, defaultCommandPatterns);
  });

  it('keeps what a workspace could abuse out of Restricted Mode', () => {
    const { untrustedWorkspaces } = manifest.capabilities;
    assert.equal(untrustedWorkspaces.supported, 'limited');
    for (const name of untrustedWorkspaces.restrictedConfigurations) assert.ok(name in settings, name);
    // Every setting that a folder can set is restricted, unless it only affects what is shown in its own files.
    const folders = Object.entries(settings)
      .filter(([, { scope }]) => scope !== 'machine' && scope !== 'application')
      .map(([name]) => name);
    const open = folders.filter((name) => !untrustedWorkspaces.restrictedConfigurations.includes(name));
    assert.deepEqual(
      open.filter((name) => !/^greenML\.(?:lint\.\w+|regions\.codeLens)$/.test(name)),
      [],
    );
  });

  it('begins with a walkthrough of at most five steps, whose pictures and commands exist', () => {
    const own = new Set(manifest.contributes.commands.map(({ command }) => command));
    const [walkthrough, ...others] = manifest.contributes.walkthroughs;
    assert.ok(walkthrough !== undefined && others.length === 0 && walkthrough.steps.length <= 5);
    for (const { id, description, media, completionEvents } of walkthrough.steps) {
      const { light, dark, hc, hcLight } = media.image;
      assert.deepEqual([hc, hcLight], [dark, light]);
      // Narrower pictures would be blurred on today's screens.
      for (const path of [light, dark]) assert.ok(readFileSync(path).readUInt32BE(16) >= 800, path);
      assert.ok(media.altText.length > 20, id);
      assert.ok(completionEvents.length > 0, id);
      for (const [, command = ''] of description.matchAll(/\(command:(greenML[\w.]+)/g))
        assert.ok(own.has(command), command);
      for (const [, setting = ''] of completionEvents.join().matchAll(/onSettingChanged:([\w.]+)/g))
        assert.ok(setting in settings, setting);
    }
  });

  it('agrees with the list of contributions', () => {
    const { part, texts } = localised(manifestParts());
    const { activationEvents, contributes, capabilities } = part;
    const advice = 'run "npm run manifest"';
    assert.deepEqual(packageJson.activationEvents, activationEvents, advice);
    assert.deepEqual(english, texts, advice);
    // Compared as text, because the editor shows some lists in the order of the file.
    assert.equal(JSON.stringify(packageJson.contributes, null, 1), JSON.stringify(contributes, null, 1), advice);
    assert.deepEqual(packageJson.capabilities, capabilities, advice);
  });

  it('runs where the processes run', () => {
    assert.deepEqual(manifest.extensionKind, ['workspace']);
    assert.ok(manifest.keywords.length <= 5);
  });
});

describe('the colours', () => {
  it('are those that the pages use', () => {
    const style = readFileSync('src/present/editor-theme.css', 'utf8');
    const used = [...style.matchAll(/--vscode-(greenML[\w-]+)/g)].map(([, name = '']) => name.replaceAll('-', '.'));
    assert.deepEqual(used.sort(), manifest.contributes.colors.map(({ id }) => id).sort());
  });
});

describe('the default keys', () => {
  it('run commands that exist, on a chord, and only when they can do something', () => {
    for (const { command, key, mac, when } of manifest.contributes.keybindings) {
      assert.ok(manifest.contributes.commands.some((each) => each.command === command));
      assert.match(key, /^ctrl\+k (?:shift\+)?[a-z]$/);
      assert.equal(mac, key.replace('ctrl', 'cmd'));
      assert.ok(when.length > 0);
    }
  });
});

describe('the German texts', () => {
  const keys = Object.keys(english) as (keyof typeof english)[];
  const titles = new Set(keys.filter((key) => /^commands\./.test(key)).map((key) => german[key]));

  /** What must survive a translation: links, code, settings, names of settings, units with their numbers. */
  const fixed = (text: string): string[] =>
    [...text.matchAll(/\]\([^)]*\)|`[^`]+`|\bF5\b|\d+(?:[.,]\d+)*/g)].map(([found]) => found).sort();

  /** Words that German has too. */
  const same = new Set(['Linter', 'Budget']);

  it('are those of the English file, each of them translated', () => {
    assert.deepEqual(Object.keys(german), keys);
    for (const key of keys) if (!same.has(english[key])) assert.notEqual(german[key], english[key], key);
  });

  it('keep links, code and numbers', () => {
    for (const key of keys) assert.deepEqual(fixed(german[key]), fixed(english[key]), key);
  });

  it('name commands as the palette does, in links too', () => {
    for (const key of keys) {
      for (const [, title = ''] of german[key].matchAll(/\*Green ML: ([^*]+)\*/g))
        assert.ok(titles.has(title), `${key}: ${title}`);
      for (const [, title = '', command = ''] of german[key].matchAll(/\[([^\]]+)\]\(command:greenML\.([\w.]+)\)/g))
        assert.equal(title, german[`commands.${command}.title` as keyof typeof german], key);
    }
  });

  it('write as German does: its quotation marks, and a space before units', () => {
    for (const key of keys) {
      assert.doesNotMatch(german[key].replaceAll(/`[^`]*`|\([^)]*\)/g, ''), /"|\d%|\be\.g\./, key);
      assert.equal(german[key].trim(), german[key], key);
    }
  });
});
