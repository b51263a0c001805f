import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { safeEdits, withEdits } from '../../../src/lint/fixes/apply-fixes';
import { documentedRules } from '../../../src/lint/rules/documented';
import { lint } from '../support';

const examples = documentedRules.flatMap(({ nonCompliant, compliant }) => [
  ...nonCompliant.map(({ code }) => code),
  ...compliant,
]);
const ids = documentedRules.map(({ id }) => id);

/** Whether Python makes the same of the first and the second program of each pair. */
function areSame(pairs: readonly (readonly [string, string])[]): readonly boolean[] {
  const output = execFileSync(process.env['GREEN_ML_PYTHON'] ?? 'python3', ['test/fixtures/fixes/same-program.py'], {
    input: JSON.stringify(pairs),
    encoding: 'utf8',
  });
  return JSON.parse(output) as boolean[];
}

const comment = fc
  .tuple(
    fc.constantFrom('', '# type: ignore  ', '# noqa: E501 ', '# a note  ', '#'),
    fc.constantFrom('# green-ml: ignore', '#green-ml:ignore', '# green-ml: ignore-file', '# Green-ML: ignore'),
    fc
      .subarray(ids, { minLength: 0, maxLength: 3 })
      .map((chosen) => (chosen.length === 0 ? '' : `[${chosen.join(', ')}]`)),
    fc.constantFrom('', ' why', ' # more', '  # noqa', ' é "\'', '   '),
  )
  .map((parts) => parts.join(''));

/** Where the comment stands: behind the code of a line, or on a line of its own. */
const place = fc.record({ row: fc.nat(30), comment, isOwn: fc.boolean(), space: fc.constantFrom('', ' ', '  ', '\t') });

const program = fc
  .tuple(
    fc.constantFrom(...examples),
    fc.array(place, { minLength: 1, maxLength: 4 }),
    fc.constantFrom('\n', '\r\n'),
    fc.boolean(),
  )
  .map(([code, places, newline, isEnded]) => {
    const lines = code.trimEnd().split('\n');
    for (const { row, comment: text, isOwn, space } of places) {
      const at = row % lines.length;
      if (isOwn) lines.splice(at, 0, space + text);
      else lines[at] = `${lines[at] ?? ''}${space}${text}`;
    }
    return lines.join(newline) + (isEnded ? newline : '');
  });

describe('fixes that are called safe', () => {
  it('are those of suppressions and of sums of losses', async () => {
    const safe = new Set<string>();
    for (const code of [...examples, 'x = 1  # green-ml: ignore[grid-search]\n'])
      for (const { rule, fixes } of await lint(code, { select: ['all'] }))
        if (fixes.some((fix) => fix.safe)) safe.add(rule);
    assert.deepEqual([...safe].sort(), ['graph-retention', 'unused-suppression']);
  });

  it('leave the same program where a suppression goes', async function () {
    this.timeout(120_000);
    const pairs: (readonly [string, string])[] = [];
    for (const before of fc.sample(program, { numRuns: 800, seed: 20261129 })) {
      let text = before;
      for (let round = 0; round < 8; round++) {
        const unused = (await lint(text, { select: ['all'] })).filter(({ rule }) => rule === 'unused-suppression');
        const { edits } = safeEdits(unused);
        if (edits.length === 0) break;
        text = withEdits(text, edits);
      }
      if (text !== before) pairs.push([before, text]);
    }
    assert.ok(pairs.length > 200, String(pairs.length));
    const same = areSame(pairs);
    assert.deepEqual(
      pairs.filter((_, index) => same[index] !== true),
      [],
    );
  });
});
