import { nothingKnown, type LintFinding, type ProjectFacts } from '../../src/practices/facts';
import { buildRecord } from '../../src/runs/measuring/build-record';
import type { RunHeader } from '../../src/runs/header';
import type { RunRecord } from '../../src/runs/record';
import { addInterval, emptyTotals } from '../../src/runs/totals';
import { wattHoursToJoules } from '../../src/units/convert';
import { headerOf, intervalOf } from '../runs/support';

/** A completed run that used `wattHours`; null is not known. */
export function runOf(wattHours: number | null, header: Partial<RunHeader> = {}, seconds = 60): RunRecord {
  const startedAt = Date.UTC(2026, 2, 4, 9);
  const totals =
    wattHours === null
      ? emptyTotals
      : addInterval(emptyTotals, intervalOf({ at: startedAt, joules: wattHoursToJoules(wattHours), seconds }));
  const end = { at: startedAt + seconds * 1000, exitCode: 0, meterCpuSeconds: 0 };
  return buildRecord(
    { header: headerOf({ startedAt, ...header }), totals, gaps: [], end, lastAt: end.at },
    'completed',
  );
}

export function findingOf(rule: string, path: string, line = 1, estimate: LintFinding['estimate'] = null): LintFinding {
  return { rule, practice: null, path, cell: null, line, headline: null, wayOut: null, estimate };
}

export function factsOf(facts: Partial<ProjectFacts>): ProjectFacts {
  return { ...nothingKnown, ...facts };
}
