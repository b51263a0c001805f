import assert from 'node:assert/strict';
import { sinceVersion, startsAt, staysBelow } from '../../src/project/versions';

describe('versions that a requirement lets in', () => {
  const cases: readonly (readonly [requirement: string, version: string, below: boolean, from: boolean])[] = [
    ['==0.17.0', '0.18', true, false],
    ['==0.18.0', '0.18', false, true],
    ['0.17.0', '0.18', true, false],
    ['==4.*', '4.41', false, false],
    ['==4.40.*', '4.41', true, false],
    ['4.*', '5', true, false],
    ['==5.*', '4.41', false, true],
    ['<0.18', '0.18', true, false],
    ['<=0.18', '0.18', false, false],
    ['<5.0.0', '5', true, false],
    ['>=0.14,<0.18', '0.18', true, false],
    ['>=0.14', '0.18', false, false],
    ['>=0.18', '0.18', false, true],
    ['>0.18', '0.18', false, true],
    ['~=4.40', '4.41', false, false],
    ['~=4.40', '5', true, false],
    ['~=4.40.1', '4.41', true, false],
    ['^0.17', '0.18', true, false],
    ['^4.40', '4.41', false, false],
    ['^4.41', '5', true, false],
    ['^4.41', '4.41', false, true],
    ['~4.40', '4.41', true, false],
    ['~4', '4.41', false, false],
    ['!=4.38', '5', false, false],
    ['', '5', false, false],
    ['@ git+https://example.org/a', '5', false, false],
  ];
  for (const [requirement, version, below, from] of cases) {
    it(`are ${below ? '' : 'not '}below ${version}, and ${from ? '' : 'not '}from it on, with "${requirement}"`, () => {
      assert.deepEqual([staysBelow(requirement, version), startsAt(requirement, version)], [below, from]);
    });
  }

  it('are named unless they are certainly new enough', () => {
    assert.equal(sinceVersion(null, 'TRL', '0.18'), ' (TRL 0.18 and newer)');
    assert.equal(sinceVersion('>=0.20', 'TRL', '0.18'), '');
  });
});
