import assert from 'node:assert/strict';
import fc from 'fast-check';
import { presets, type Matcher } from '../../../src/power/prometheus/presets';
import { parseSelector, selectorText } from '../../../src/power/prometheus/selector';
import { workloadPresets } from '../../../src/power/prometheus/workload-presets';

function read(text: string): readonly Matcher[] {
  const parsed = parseSelector(text);
  if (parsed.kind === 'problem') assert.fail(parsed.sentence);
  return parsed.matchers;
}

describe('power/prometheus/workload-presets', () => {
  it('are those whose parts are the share of workloads', () => {
    const shares = presets.filter(({ of }) => of === 'workloads').map(({ name }) => name);
    assert.deepEqual(shares, workloadPresets);
  });
});

describe('a selector', () => {
  it('is read as Prometheus writes it', () => {
    const written = [
      { label: 'pod', operator: '=~', value: 'bert-.*' },
      { label: 'node', operator: '!=', value: 'a' },
    ];
    assert.deepEqual(read('pod=~"bert-.*",node!="a"'), written);
    assert.deepEqual(read("{ pod =~ 'bert-.*' , node != 'a', }"), written);
    assert.deepEqual(read('instance=node-1.example:9100'), [
      { label: 'instance', operator: '=', value: 'node-1.example:9100' },
    ]);
  });

  it('keeps escapes of regular expressions, and quotes them', () => {
    assert.deepEqual(read('instance=~"n1\\.example"'), [{ label: 'instance', operator: '=~', value: 'n1\\.example' }]);
    assert.equal(selectorText(read('pod="a\\"} or vector(1) #"')), 'pod="a\\"} or vector(1) #"');
  });

  it('says what is wrong with it', () => {
    for (const [text, what] of [
      ['', 'the selector is empty'],
      ['{}', 'the selector is empty'],
      ['pod', 'lacks a condition'],
      ['="a"', 'has no label'],
      ['pod="a', 'has no closing quote'],
      ['pod=', 'is missing'],
      ['pod="a" node="b"', 'needs a comma'],
      ['__name__="x"', 'names a metric'],
      ['1a="x"', 'has no label'],
    ] as const) {
      const parsed = parseSelector(text);
      assert.ok(parsed.kind === 'problem' && parsed.sentence.includes(what), `${text}: ${JSON.stringify(parsed)}`);
    }
  });

  it('means the same after it was written and read', () => {
    const matcher = fc.record(
      {
        label: fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_]{0,8}$/),
        operator: fc.constantFrom('=', '!=', '=~', '!~'),
        // Control characters and escapes of them are written in another way than they are read.
        value: fc.stringMatching(/^[ -[\]-~é]{0,12}$/),
      },
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(fc.array(matcher, { minLength: 1, maxLength: 4 }), (matchers) => {
        assert.deepEqual(read(selectorText(matchers as readonly Matcher[])), matchers);
      }),
    );
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseSelector(text)));
  });
});
