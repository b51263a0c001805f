import assert from 'node:assert/strict';
import { clusterMappings, mappingOf } from '../../src/runs/cluster-mapping';
import { fits } from '../../src/system/shapes';

const mapping = (match: string) => ({ match, preset: 'dcgm', select: 'pod="a"' });

describe('runs/cluster-mapping', () => {
  it('takes the first that is in a name, as it is written', () => {
    const all = [mapping('sbatch --wait'), mapping('BERT'), mapping('bert')];
    assert.equal(mappingOf(all, ['Train bert', null, undefined])?.match, 'bert');
    assert.equal(mappingOf(all, ['job', 'sbatch --wait BERT.sh'])?.match, 'sbatch --wait');
    // A pattern of another language is only text.
    assert.equal(mappingOf([mapping('.*')], ['train']), null);
    assert.equal(mappingOf(all, []), null);
    assert.equal(mappingOf([], ['bert']), null);
  });

  it('refuses what would match every run', () => {
    assert.ok(fits(clusterMappings.shape, [mapping('a')]));
    for (const wrong of [[mapping('')], [mapping(' ')], [{ match: 'a' }], [null], {}, 'bert'])
      assert.ok(!fits(clusterMappings.shape, wrong), JSON.stringify(wrong));
  });
});
