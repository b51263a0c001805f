import type { Attribution } from '../attribution';
import type { MachineSample } from '../sample';
import type { ChosenPart } from './queries';
import type { DescribedPart } from './cluster-sampler';
import { addUp } from './cluster-energy';

/** One live interval of a cluster: its devices belong to the run as a whole. */
export function attributeCluster({ readings, seconds }: MachineSample, parts: readonly DescribedPart[]): Attribution {
  const known = readings.flatMap(({ outcome }, index): [ChosenPart, { value: number; low: number; high: number }][] => {
    const part = parts[index]?.part;
    return outcome.kind !== 'energy' || part === undefined
      ? []
      : [[part, { value: outcome.joules, low: outcome.low, high: outcome.high }]];
  });
  const gaps = readings.flatMap(({ outcome, source }, index) =>
    outcome.kind !== 'gap' || parts[index]?.part.isIdle === true
      ? []
      : [{ component: source.component, reason: outcome.reason, seconds, atMostJoules: outcome.atMostJoules }],
  );
  return {
    ...addUp(
      known,
      parts.some(({ part }) => part.of === 'workloads'),
    ),
    gaps,
    missing: [],
  };
}
