import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { defaultConfig } from '../../../src/lint/engine/settings';
import { Crew } from '../../../src/lint/scan/crew';
import type { SettledJob } from '../../../src/lint/scan/file-linter';
import { cleanOutcome, pack } from '../../../src/lint/scan/outcome';
import { systemClock } from '../../../src/system/clock';

describe('lint/scan/crew', function () {
  this.timeout(120_000);

  it('keeps other threads busy while this one lints', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'green-ml-crew-'));
    const path = join(folder, 'a.py');
    await writeFile(path, 'x = 1\n');
    const ours: SettledJob = { key: null, state: null, outcome: pack(cleanOutcome), facts: 'ours' };
    let theirs = 0;
    /** As much as a thread gets when it starts. */
    const atStart = 16;
    const linter = {
      // Like the real one, it never waits for anything outside this thread.
      lint: async (): Promise<SettledJob> => {
        const began = performance.now();
        while (theirs <= atStart && performance.now() - began < 2);
        return Promise.resolve(ours);
      },
    };
    const jobs = Array.from({ length: 5000 }, () => ({ path, config: defaultConfig }));
    try {
      await new Crew(jobs, linter, {
        threads: 2,
        atOnce: true,
        clock: systemClock,
        start: { productFolder: resolve('dist'), known: null, wantsFacts: false },
        onSettled: (_index, { facts }) => {
          if (facts !== 'ours') theirs++;
        },
      }).run();
    } finally {
      await rm(folder, { recursive: true });
    }
    assert.ok(theirs > atStart, `${theirs} files`);
  });
});
