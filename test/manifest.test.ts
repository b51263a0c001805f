import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import manifest from '../package.json';
import { manifestParts } from '../src/editor/contributions/manifest';
import { keylessServices, serviceSetups } from '../src/grid/services/services';
import { leastSavingPercent } from '../src/place/limits';
import { defaultCommandPatterns } from '../src/runs/command-line';

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
      assert.equal(completionEvents.length, 1, id);
      for (const [, command = ''] of description.matchAll(/\(command:(greenML[\w.]+)/g))
        assert.ok(own.has(command), command);
      for (const [, setting = ''] of completionEvents.join().matchAll(/onSettingChanged:([\w.]+)/g))
        assert.ok(setting in settings, setting);
    }
  });

  it('agrees with the list of contributions', () => {
    const { activationEvents, contributes, restrictedConfigurations } = manifestParts();
    const advice = 'run "npm run manifest"';
    assert.deepEqual(manifest.activationEvents, activationEvents, advice);
    // Compared as text, because the editor shows some lists in the order of the file.
    assert.equal(JSON.stringify(manifest.contributes, null, 1), JSON.stringify(contributes, null, 1), advice);
    assert.deepEqual(
      manifest.capabilities.untrustedWorkspaces.restrictedConfigurations,
      restrictedConfigurations,
      advice,
    );
  });

  it('runs where the processes run', () => {
    assert.deepEqual(manifest.extensionKind, ['workspace']);
    assert.ok(manifest.keywords.length <= 5);
  });
});
