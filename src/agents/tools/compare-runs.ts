import * as v from 'valibot';
import type { PairedChange, PairedMetric } from '../../runs/compare/paired-change';
import { toDigits } from '../../present/words';
import { rangeOf } from '../figures';
import { runId } from '../parameters';
import { askTerminal } from '../terminal-answer';
import { AgentError, type AgentAnswer, type AgentTool } from '../tool';

const ids = (description: string) =>
  v.pipe(v.array(runId), v.minLength(1), v.maxLength(30), v.description(description));

const parameters = v.strictObject({
  before: ids('Ids of runs before the change.'),
  after: ids('Ids of as many runs after it, in the order of the pairs.'),
});

export const compareRuns: AgentTool = {
  name: 'compare_runs',
  title: 'Compare Runs Before and After a Change',
  description:
    'Says whether a change saved energy, in one text such as "−38 % ± 6 %, 5 pairs, accuracy equal" or "Cannot be told apart" (95 % interval). verdict is less, more, cannot tell, or not the same work; that of a metric is equal, better, worse or cannot tell. Quote the text; claim a saving only if verdict is less. Give three pairs or more, measured in turn.',
  parameters,
  effect: 'reads',
  async call(input, world) {
    const { before, after } = input as v.InferOutput<typeof parameters>;
    if (before.length !== after.length)
      throw new AgentError(
        `before has ${before.length} runs and after has ${after.length}; give as many of both, in pairs that ran one after the other.`,
      );
    // A comma makes a list of one id, too.
    const found = (await askTerminal(
      world,
      { args: ['runs', 'compare', '--json', '--', `${before.join()},`, `${after.join()},`] },
      { 'call list_runs': 'see "green-ml runs list"' },
    )) as unknown as PairedChange;
    const { ratio, metric, otherMetrics } = found;
    return {
      text: found.text,
      verdict: found.verdict,
      pairs: found.pairs,
      energyRatio: ratio === null ? null : rangeOf(ratio),
      work: found.work,
      metric: metric === null ? null : metricOf(metric),
      ...(otherMetrics.length === 0 ? {} : { otherMetrics: otherMetrics.map(metricOf) }),
      assumed: found.assumed,
    };
  },
};

function metricOf({ name, first, second, verdict }: PairedMetric): AgentAnswer {
  return { name, before: fourDigits(first), after: fourDigits(second), verdict };
}

/** A fourth digit of an accuracy may matter. */
const fourDigits = (value: number): number => Number(toDigits(value, 4));
