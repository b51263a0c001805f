import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { shippedText } from '../../scripts/shipped-text.mjs';

const home = 'https://github.com/owner/name';

/** Where a Markdown text leads, and what it shows. */
function targets(markdown: string): readonly string[] {
  return [...markdown.matchAll(/\]\(([^)]+)\)|\b(?:src|srcset|href)="([^"]*)"/g)].map(
    ([, link, attribute]) => link ?? attribute ?? '',
  );
}

describe('README and CHANGELOG in the package', () => {
  for (const name of ['README.md', 'CHANGELOG.md']) {
    it(`lead only to addresses: ${name}`, async () => {
      const text = await readFile(name, 'utf8');
      const inRepository = targets(text).filter((target) => !/^(?:https:|#)/.test(target));
      const alone = targets(shippedText(text, null));
      assert.deepEqual(
        alone.filter((target) => !/^(?:https:|#)/.test(target)),
        [],
      );
      const published = targets(shippedText(text, home));
      assert.equal(published.length, targets(text).length);
      assert.deepEqual(
        published.filter((target) => target.startsWith(home)).length,
        inRepository.length,
        'each leads into the repository',
      );
    });
  }

  it('show no picture while there is no repository that has it, and lose nothing else', async () => {
    const text = await readFile('README.md', 'utf8');
    const alone = shippedText(text, null);
    assert.doesNotMatch(alone, /<img|<picture|<source/);
    const words = (markdown: string): readonly string[] =>
      markdown
        .replace(/<picture>[\s\S]*?<\/picture>|<sub>.*<\/sub>/g, '')
        .replace(/\]\([^)]+\)/g, '')
        .replace(/[[\]]/g, '')
        .split(/\s+/);
    assert.deepEqual(words(alone), words(text));
  });

  it('show pictures and link pages of the repository', () => {
    const text = [
      '<picture>',
      '  <source media="(prefers-color-scheme: light)" srcset="docs/a-light.png">',
      '  <img src="docs/a-dark.png" width="720" alt="A picture">',
      '</picture>',
      '',
      'See [settings](docs/settings.md#keys), [data](#data) and [Zeus](https://ml.energy).',
    ].join('\n');
    assert.deepEqual(targets(shippedText(text, home)), [
      `${home}/raw/HEAD/docs/a-light.png`,
      `${home}/raw/HEAD/docs/a-dark.png`,
      `${home}/blob/HEAD/docs/settings.md#keys`,
      '#data',
      'https://ml.energy',
    ]);
    assert.equal(shippedText(text, null), 'See settings, [data](#data) and [Zeus](https://ml.energy).');
  });
});
