import assert from 'node:assert/strict';
import { TerminalProgress } from '../../src/cli/terminal-progress';
import { buildRecord } from '../../src/runs/measuring/build-record';
import { addEvent, type RunProgress } from '../../src/runs/progress/run-progress';
import type { ScriptTotals } from '../../src/runs/training/script-totals';
import { addInterval, emptyTotals } from '../../src/runs/totals';
import { headerOf, intervalOf } from '../runs/support';

/** A run at 36 kW, of which a line of output comes each second. */
function runOf(totals: ScriptTotals) {
  let seconds = 0;
  let progress: RunProgress | null = null;
  const asked: string[] = [];
  const record = () =>
    buildRecord(
      {
        header: headerOf({}),
        totals: addInterval(emptyTotals, intervalOf({ at: seconds * 1000, joules: 36_000 * seconds, seconds })),
        gaps: [],
        end: null,
        lastAt: seconds * 1000,
      },
      'running',
    );
  const terminal = new TerminalProgress(
    {
      record,
      get progress() {
        return progress;
      },
      addProgress: (events) => {
        for (const event of events)
          progress = addEvent(progress, event, { at: event.at, seconds, wattHours: seconds * 10 });
      },
      setResults: () => undefined,
    },
    async ({ name }) => {
      asked.push(name);
      return Promise.resolve(totals);
    },
  );
  const second = (line: string): string => {
    seconds += 1;
    terminal.readOutput(`${line}\n`, seconds * 1000);
    return terminal.liveText();
  };
  return { second, asked };
}

describe('cli/terminal-progress', () => {
  it('takes the number of rounds from the script where the output has none, and asks once', async () => {
    const { second, asked } = runOf({ round: 100 });
    for (let round = 0; round < 9; round++) {
      second(`[${round}]\tvalidation-logloss:0.${50 - round}`);
      await Promise.resolve();
    }
    const text = second('[9]\tvalidation-logloss:0.41');
    assert.equal(asked.length, 1);
    assert.match(text, /^ · 10 of 100 rounds done · ~1(?:\.\d+)? kWh at the end, 1 min 30 s left$/);
  });

  it('says how many are done where nobody knows the end, and nothing without progress', async () => {
    const { second } = runOf({});
    assert.equal(second('Loading data'), '');
    second('[0]\tvalidation-logloss:0.5');
    await Promise.resolve();
    assert.equal(second('[1]\tvalidation-logloss:0.4'), ' · 2 rounds done');
  });
});
