import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { librariesPython, noLibraries } from '../support/libraries-python';
import { skip } from '../support/skip';
import { lint } from './support';

const searches = 'test/fixtures/sklearn/searches.py';

describe('the fits of a search', () => {
  it('are as many as scikit-learn itself tells', async function () {
    this.timeout(600_000);
    const python = librariesPython();
    if (python === null) skip(this, noLibraries);
    const told: unknown = JSON.parse(
      execFileSync(python, ['test/fixtures/sklearn/fits.py', searches], { encoding: 'utf8' }),
    );
    const stated = [];
    for (const block of readFileSync(searches, 'utf8').split('# ---\n'))
      stated.push(
        (await lint(`${block}\nsearch.fit(X, y)\n`, { select: ['grid-search', 'oversized-random-search'] }))[0]
          ?.estimate,
      );
    assert.deepEqual(stated, told);
  });
});
