import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeJournal } from './journals';
import { costOf, printLoad } from './support';

const runsOfAPerson = 20;
const samples = 15;

/** What the report of a team costs, by the number of people whose journals it reads. */
export async function run(): Promise<void> {
  printLoad();
  const folder = mkdtempSync(join(tmpdir(), 'green-ml-bench-team-'));
  try {
    const team = join(folder, 'team');
    let people = 0;
    for (const size of [10, 100, 1000]) {
      for (; people < size; people += 1) {
        const state = join(team, `person-${people}`, 'green-ml');
        mkdirSync(state, { recursive: true });
        writeJournal(state, { runs: runsOfAPerson, samples, folders: ['/project'], before: people * runsOfAPerson });
      }
      const { seconds, megabytes } = costOf(
        ['runs', 'report', '--team', team, '--format', 'json'],
        folder,
        join(folder, 'state'),
      );
      console.log(
        `${String(size).padStart(5)} people, ${(size * runsOfAPerson).toLocaleString('en').padStart(6)} runs: ${seconds.toFixed(1)} s of CPU, ${megabytes.toFixed(0)} MB at most`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  await Promise.resolve();
}
