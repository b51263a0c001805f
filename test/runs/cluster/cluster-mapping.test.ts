import assert from 'node:assert/strict';
import { clusterMappings, mappingsOf } from '../../../src/runs/cluster/cluster-mapping';
import { fits } from '../../../src/system/shapes';

const mapping = (match: string) => ({ match, preset: 'dcgm', select: 'pod="a"' });

describe('runs/cluster-mapping', () => {
  it('takes the first that is in a name, as it is written', () => {
    const all = [mapping('sbatch --wait'), mapping('BERT'), mapping('bert')];
    const matches = (names: readonly (string | null | undefined)[]): string[] =>
      mappingsOf(all, names).map(({ match }) => match);
    assert.deepEqual(matches(['Train bert', null, undefined]), ['bert']);
    assert.deepEqual(matches(['job', 'sbatch --wait BERT.sh']), ['sbatch --wait']);
    // A pattern of another language is only text.
    assert.deepEqual(mappingsOf([mapping('.*')], ['train']), []);
    assert.deepEqual(matches([]), []);
    assert.deepEqual(mappingsOf([], ['bert']), []);
  });

  it('takes all that have the same words, for several components of one run', () => {
    const cpus = { match: 'bert', preset: 'node-rapl', select: 'node="a"' };
    const all = [mapping('bert'), mapping('train'), cpus];
    assert.deepEqual(mappingsOf(all, ['train bert']), [all[0], cpus]);
    assert.deepEqual(mappingsOf(all, ['train']), [all[1]]);
  });

  it('refuses what would match every run', () => {
    assert.ok(fits(clusterMappings.shape, [mapping('a')]));
    for (const wrong of [[mapping('')], [mapping(' ')], [{ match: 'a' }], [null], {}, 'bert'])
      assert.ok(!fits(clusterMappings.shape, wrong), JSON.stringify(wrong));
  });
});
