import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { unifiedDiff } from '../../../src/cli/lint/unified-diff';

describe('the unified difference of two texts', () => {
  it('is empty for the same text', () => {
    assert.equal(unifiedDiff('a\n', 'a\n', 'x'), '');
  });

  it('shows three lines around a change, and one hunk for changes that are near', () => {
    const lines = Array.from({ length: 30 }, (_, index) => `${index}\n`);
    const after = lines
      .map((line) => (line === '10\n' || line === '16\n' ? `new ${line}` : line))
      .filter((line) => line !== '28\n');
    assert.equal(
      unifiedDiff(lines.join(''), after.join(''), 'x.py'),
      `--- x.py\n+++ x.py\n@@ -8,13 +8,13 @@\n 7\n 8\n 9\n-10\n+new 10\n 11\n 12\n 13\n 14\n 15\n-16\n+new 16\n 17\n 18\n 19\n@@ -26,5 +26,4 @@\n 25\n 26\n 27\n-28\n 29\n`,
    );
  });

  it('gives the new text when git applies it', async function () {
    this.timeout(60_000);
    const folder = await mkdtemp(join(tmpdir(), 'green-ml-diff-'));
    try {
      const text = fc
        .array(fc.constantFrom('a', 'b', 'c', ''), { minLength: 1, maxLength: 30 })
        .map((lines) => lines.join('\n'));
      await fc.assert(
        fc.asyncProperty(text, text, async (before, after) => {
          fc.pre(before !== after && before !== '' && after !== '');
          await writeFile(join(folder, 'f'), before);
          const { status, stderr } = spawnSync('git', ['apply', '-p0', '--unidiff-zero', '-'], {
            cwd: folder,
            input: unifiedDiff(before, after, 'f'),
            encoding: 'utf8',
          });
          assert.equal(status, 0, stderr);
          assert.equal(await readFile(join(folder, 'f'), 'utf8'), after);
        }),
        { numRuns: 60 },
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
