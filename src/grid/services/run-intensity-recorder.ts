import type { CarbonIntensity } from '../../place/intensity';
import type { RunIntensity } from './run-intensity';

/** The part of a run that the recorder needs. */
export interface IntensityRecord {
  update(update: { readonly intensity?: CarbonIntensity; readonly notes?: readonly string[] }): void;
  record(): {
    readonly startedAt: string;
    readonly notes: readonly string[];
    readonly intensity?: CarbonIntensity | null;
  };
}

/**
 * Puts the carbon intensity of a run's own hours into its record. Nothing waits for a service: the record has the yearly
 * average until one answers, and keeps it if none has answered when the run ends.
 */
export class RunIntensityRecorder {
  private answer: RunIntensity | null = null;
  private ended = false;

  constructor(
    private readonly asked: Promise<RunIntensity>,
    private readonly wallMilliseconds: () => number,
  ) {}

  /** Resolves when a service has answered and the record is updated. */
  async follow(run: IntensityRecord): Promise<void> {
    const answer = await this.asked;
    if (this.ended) return;
    this.answer = answer;
    run.update({ intensity: inRegionOf(run, answer.atStart), notes: [...run.record().notes, ...answer.notes] });
  }

  /** Call it when the run has ended: its record gets the mean over the run. */
  settle(run: IntensityRecord): void {
    this.ended = true;
    const { startedAt, notes } = run.record();
    if (this.answer === null) {
      run.update({
        notes: [...notes, 'No live service had answered when the run ended, so the yearly average is used.'],
      });
      return;
    }
    const over = this.answer.over(Date.parse(startedAt), this.wallMilliseconds());
    if (over !== null)
      run.update({
        intensity: inRegionOf(run, over.intensity),
        ...(over.note === null ? {} : { notes: [...notes, over.note] }),
      });
  }
}

/** Adds the cloud region, which only the user knows: a service knows the grid. */
function inRegionOf(run: IntensityRecord, intensity: CarbonIntensity): CarbonIntensity {
  const region = run.record().intensity?.region;
  return region === undefined ? intensity : { ...intensity, region };
}
