import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { parseProcStat } from '../../src/processes/machine-load';
import type { Journal, StoredRun } from '../../src/runs/journal/journal';
import { closedRun, greenMl } from './meter-support';
import { SessionWatch, workspaceFolder } from './support';

/** Works for 3 s of its own CPU time, and writes what the system says that it has used. */
const program = `
import resource, time
while time.process_time() < 3: pass
usage = resource.getrusage(resource.RUSAGE_SELF)
open("used.txt", "w").write(str(usage.ru_utime + usage.ru_stime))
`;

/** Follows how busy the machine is, apart from the meter. */
class BusyWatch {
  private readonly looks: { readonly at: number; readonly seconds: number }[] = [];
  private readonly timer = setInterval(() => this.look(), 20);

  look(): void {
    const { busyCpuSeconds = 0 } = parseProcStat(readFileSync('/proc/stat', 'utf8')) ?? {};
    this.looks.push({ at: Date.now(), seconds: busyCpuSeconds });
  }

  end(): void {
    clearInterval(this.timer);
    this.look();
  }

  at(moment: number): number {
    const next = this.looks.findIndex(({ at }) => at >= moment);
    const [before, after] = [this.looks[next - 1], this.looks[next]];
    if (before === undefined || after === undefined) return (after ?? this.looks.at(-1))?.seconds ?? NaN;
    return (
      before.seconds + ((after.seconds - before.seconds) * (moment - before.at)) / Math.max(1, after.at - before.at)
    );
  }
}

/** CPU seconds of which the run was given the energy. */
function attributed({ samples }: StoredRun, busy: BusyWatch): number {
  return samples.reduce((sum, { at, seconds, run, machine }) => {
    const aboveIdle = (machine.cpu ?? 0) - (machine.idle ?? 0) + (machine.memory ?? 0);
    const worked = busy.at(at) - busy.at(at - seconds * 1000);
    return run.cpu === null || aboveIdle <= 0 ? sum : sum + (run.cpu / aboveIdle) * worked;
  }, 0);
}

describe('the first seconds of a run in the editor', function () {
  this.timeout(120_000);
  let watch: SessionWatch;
  let journal: Journal;
  const file = (name: string): string => join(workspaceFolder().uri.fsPath, name);

  before(async () => {
    ({ journal } = await greenMl());
  });
  beforeEach(async () => {
    watch = new SessionWatch();
    await rm(journal.folder, { recursive: true, force: true });
    await writeFile(file('three.py'), program);
  });
  afterEach(() => watch.dispose());

  for (const console of ['internalConsole', 'integratedTerminal']) {
    it(`are measured: F5 on a program of 3 s, ${console}`, async function () {
      if (process.platform !== 'linux') this.skip(); // `/proc/stat` is what the truth is taken from.
      const busy = new BusyWatch();
      try {
        const configuration = {
          type: 'debugpy',
          request: 'launch',
          name: 'three',
          program: file('three.py'),
          cwd: workspaceFolder().uri.fsPath,
          console,
        };
        assert.ok(await vscode.debug.startDebugging(workspaceFolder(), configuration));
        await watch.ended();
        const stored = await closedRun(journal);
        busy.end();
        const used = Number(await readFile(file('used.txt'), 'utf8'));
        const counted = attributed(stored, busy);
        assert.ok(counted >= 0.9 * used, `${counted} s of ${used} s`);
        assert.ok(
          stored.samples.every(({ run }) => run.total !== null),
          'every second is known',
        );
      } finally {
        busy.end();
      }
    });
  }
});
