import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import germanContributions from '../../package.nls.de.json';
import contributions from '../../package.nls.json';
import { textsInCode, valuesIn } from '../../scripts/l10n-texts.mjs';
import { commands } from '../../src/editor/contributions/commands';
import { ruleEvidence } from '../../src/practices/rule-evidence';
import { practices } from '../../src/practices/table';
import { furtherAdvice } from '../../src/practices/table/beyond';

type Texts = Readonly<Record<string, string>>;

const read = (name: string): Texts => JSON.parse(readFileSync(join('l10n', name), 'utf8')) as Texts;

const { texts, faults } = textsInCode('.', commands, [...practices, ...furtherAdvice, ...ruleEvidence.values()]);
const translations = readdirSync('l10n').filter((name) => /^bundle\.l10n\.[\w-]+\.json$/.test(name));

describe('the texts of the interface', () => {
  it('can be translated: no text is put together from values', () => {
    assert.deepEqual(faults, []);
  });

  it('are all in the bundle', () => {
    assert.deepEqual(Object.entries(read('bundle.l10n.json')), [...texts], 'run "npm run l10n"');
  });

  for (const name of translations) {
    it(`are all in ${name}, with the same values and code`, () => {
      const translated = read(name);
      assert.deepEqual(Object.keys(translated), [...texts.keys()], 'run "npm run l10n", and translate what it names');
      for (const [text, translation] of Object.entries(translated)) {
        assert.notEqual(translation.trim(), '', text);
        assert.equal(valuesIn(translation), valuesIn(text), text);
        // Spaces around a text, and what stands in backticks, belong to the code.
        assert.equal(translation.length - translation.trim().length, text.length - text.trim().length, text);
        assert.deepEqual(translation.match(/`[^`]+`/g), text.match(/`[^`]+`/g), text);
      }
    });
  }

  it('call a command by the same name as package.json', () => {
    const german = read('bundle.l10n.de.json');
    for (const [key, title] of Object.entries(contributions))
      if (/^commands\..*\.title$/.test(key) && title in german)
        assert.equal(german[title], (germanContributions as Texts)[key], key);
  });
});

describe('what finds the texts', () => {
  it('sees those of a call, of a choice, of a plural and of a table', () => {
    assert.ok(texts.has('This cannot be undone.'));
    assert.ok(texts.has('Stop Run') && texts.has('Stop Measuring'));
    assert.ok(texts.has('{0} run') && texts.has('{0} runs'));
    assert.ok(texts.has('measured (energy counter)'));
    assert.ok(!texts.has('counter'));
    assert.deepEqual(texts.get('Open/practice'), { message: 'Open', comment: ['practice'] });
  });
});
