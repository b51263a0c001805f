import assert from 'node:assert/strict';
import { allRules } from '../../src/lint/rules';
import { groups, practiceKey } from '../../src/practices/practice';
import { ruleEvidence } from '../../src/practices/rule-evidence';
import { sources } from '../../src/practices/sources';
import { practices } from '../../src/practices/table';
import { furtherAdvice } from '../../src/practices/table/beyond';

/** Number, title, group, and the numbers that its figures must state with the address that each is from. */
const expected: readonly (readonly [
  title: string,
  group: string,
  ...figures: (readonly [number: string, url: string])[],
])[] = [
  [
    'Estimate emissions',
    'plan',
    ['88 times', 'https://arxiv.org/abs/2104.10350'],
    ['26 %', 'https://arxiv.org/abs/2104.10350'],
    ['24.7 t', 'https://sloanreview.mit.edu/article/how-developers-can-lower-ais-climate-impact/'],
  ],
  ['Set an energy limit', 'plan'],
  ['Start with simple models', 'start simple', ['100 to 1,000 times', 'https://arxiv.org/abs/2104.10350']],
  ['Start with few layers', 'start simple'],
  ['Stop underperforming training', 'start simple'],
  [
    'Debug on small subsets',
    'start simple',
    ['47 %', 'https://sloanreview.mit.edu/article/how-developers-can-lower-ais-climate-impact/'],
  ],
  [
    'Use pre-trained models',
    'start simple',
    ['99.3 %', 'https://sloanreview.mit.edu/article/how-developers-can-lower-ais-climate-impact/'],
  ],
  [
    'Train in low-carbon regions',
    'when and where',
    [
      '30 times',
      'https://kaspergroesludvigsen.medium.com/how-to-estimate-and-reduce-the-carbon-footprint-of-machine-learning-models-49f24510880',
    ],
    ['5 to 10 times', 'https://arxiv.org/abs/2104.10350'],
    ['22 to 28 kg', 'https://arxiv.org/abs/2206.05229'],
    ['could lower emissions most', 'https://arxiv.org/abs/2206.05229'],
  ],
  [
    'Run in cleaner hours',
    'when and where',
    ['8 %', 'https://arxiv.org/abs/2206.05229'],
    ['pausing', 'https://arxiv.org/abs/2206.05229'],
  ],
  [
    'Use efficient data centres and hardware',
    'when and where',
    ['1.4 to 2 times', 'https://arxiv.org/abs/2104.10350'],
    ['2 to 5 times', 'https://arxiv.org/abs/2104.10350'],
    ['halve', 'https://sloanreview.mit.edu/article/how-developers-can-lower-ais-climate-impact/'],
  ],
  ['Turn services off', 'when and where'],
  [
    'Tune for accuracy and energy',
    'adjust the code',
    ['GPOEO', 'https://sloanreview.mit.edu/article/how-developers-can-lower-ais-climate-impact/'],
  ],
  ['Choose activations with care', 'adjust the code', ['cuDNN', 'https://keras.io/api/layers/recurrent_layers/lstm/']],
  [
    'Distil large models',
    'adjust the code',
    ['2.7 times', 'https://sloanreview.mit.edu/article/how-developers-can-lower-ais-climate-impact/'],
  ],
  ['Don’t throw compute at it', 'adjust the code'],
  ['Avoid grid search', 'adjust the code'],
  ['Consider sparse networks', 'adjust the code', ['a tenth', 'https://arxiv.org/abs/2104.10350']],
];

describe('practices/table', () => {
  it('holds the 17 in their order and groups, each figure with its address', () => {
    assert.equal(practices.length, expected.length);
    for (const [index, practice] of practices.entries()) {
      const [title, group, ...figures] = expected[index]!;
      assert.deepEqual([practice.number, practice.title, practice.group], [index + 1, title, group]);
      assert.equal(practice.figures.length, figures.length, title);
      for (const [each, [number, url]] of figures.entries()) {
        const figure = practice.figures[each]!;
        assert.ok(figure.text.includes(number), `${figure.text} should state ${number}`);
        assert.equal(sources[figure.source].url, url);
      }
    }
  });

  it('links to the list, to what explains further, and to each publication at its own address', () => {
    const further: Readonly<Record<number, readonly string[]>> = {
      15: ['https://docs.pytorch.org/tutorials/intermediate/ddp_tutorial.html'],
      16: ['https://scikit-learn.org/stable/modules/grid_search.html'],
    };
    const list =
      'https://kaspergroesludvigsen.medium.com/how-to-estimate-and-reduce-the-carbon-footprint-of-machine-learning-models-49f24510880';
    for (const { number, title, links } of practices)
      assert.deepEqual(
        links.map((id) => sources[id].url),
        [list, ...(further[number] ?? [])],
        title,
      );
    const addresses = Object.values(sources).map(({ url }) => url);
    assert.equal(new Set(addresses).size, addresses.length);
    for (const { name, title, url } of Object.values(sources))
      assert.ok(/^https:\/\/[\w.-]+\/\S+$/.test(url) && name !== '' && title !== '', url);
  });

  it('keeps the groups together, in the order of a project', () => {
    const seen = practices.map(({ group }) => groups.indexOf(group));
    assert.deepEqual(
      seen,
      [...seen].sort((a, b) => a - b),
    );
    assert.equal(new Set(seen).size, groups.length);
  });

  it('gives each practice two to five items whose ids are unique and fit for a file', () => {
    const ids = practices.flatMap(({ items }) => items.map(({ id }) => id));
    assert.equal(new Set(ids).size, ids.length);
    for (const id of ids) assert.match(id, /^[a-z]+(-[a-z]+)*$/);
    for (const { items, title } of practices) assert.ok(items.length >= 2 && items.length <= 5, title);
  });

  it('says what and why, links to the list it comes from, and offers something to do', () => {
    for (const { what, why, links, actions, title } of practices) {
      assert.match(what, /^[A-Z].*\.$/s, title);
      assert.ok(why.length > 80, title);
      assert.ok(links.includes('ludvigsen'), title);
      assert.ok(actions.length > 0, title);
    }
  });

  it('ranks each practice once by what is published', () => {
    const ranks = practices.map(({ publishedRank }) => publishedRank).sort((a, b) => a - b);
    assert.deepEqual(
      ranks,
      practices.map((_, index) => index + 1),
    );
  });

  it('agrees with the meaning of each rule’s findings', () => {
    const rules = practices.flatMap(({ number, rules: ids }) => ids.map((id) => [id, practiceKey(number)] as const));
    const meanings = [...ruleEvidence].map(([id, { practice }]) => [id, practiceKey(practice)] as const);
    const byName = (a: readonly [string, string], b: readonly [string, string]): number => a[0].localeCompare(b[0]);
    assert.deepEqual([...rules].sort(byName), [...meanings].sort(byName));
    for (const [rule, { practice, item }] of [...ruleEvidence]) {
      assert.ok(
        practices[practice - 1]!.items.some(({ id }) => id === item),
        `${rule}: ${item}`,
      );
    }
  });

  it('names the same practice for a rule as the rule itself', () => {
    for (const { id, practice } of allRules) {
      const meaning = ruleEvidence.get(id);
      if (meaning !== undefined) assert.equal(meaning.practice, practice, id);
    }
    assert.ok(allRules.some(({ id }) => ruleEvidence.has(id)));
  });

  it('has further advice, each with a source', () => {
    assert.ok(furtherAdvice.length >= 6);
    for (const { source } of furtherAdvice) assert.match(sources[source].url, /^https:/);
  });
});
