import assert from 'node:assert/strict';
import { readSources, type ClusterSource } from '../../../src/power/prometheus/setup';

const selected = (preset: string, select = 'node="a"'): ClusterSource => ({ preset, select, query: null });
const asked = (preset: string, query: string): ClusterSource => ({ preset, select: null, query });

describe('power/prometheus/setup', () => {
  /** What is wrong with these sources; null for nothing. */
  function problem(...sources: readonly ClusterSource[]): string | null {
    const read = readSources(sources);
    return 'kind' in read ? read.sentence : null;
  }

  it('takes presets of several components, and no preset twice', () => {
    assert.equal(problem(selected('dcgm'), selected('node-rapl')), null);
    assert.equal(
      problem(selected('dcgm'), selected('node-rapl'), selected('dcgm', 'node="b"')),
      'dcgm is given twice, which could count the same energy twice; select all of its devices at once, as in label=~"a|b".',
    );
    assert.equal(
      problem(asked('watts', 'a'), asked('watts', 'b')),
      'watts is given twice, which could count the same energy twice; add both up in one query.',
    );
  });

  it('says what a preset needs', () => {
    assert.match(problem() ?? '', /^no preset is given; choose one of dcgm, /);
    assert.match(problem(selected('nvidia')) ?? '', /^there is no preset "nvidia"; choose one of dcgm, /);
    assert.match(problem(selected('joules')) ?? '', /needs PromQL whose values are joules; give it with --query/);
    assert.match(problem({ preset: 'dcgm', select: null, query: 'up' }) ?? '', /^a query is for the presets joules/);
    assert.match(
      problem({ preset: 'dcgm', select: null, query: null }) ?? '',
      /^select the series of the run by their/,
    );
  });
});
