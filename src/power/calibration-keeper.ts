import { dayOf, fitCurve, learn, noCalibration, type Calibration } from './calibration';
import { CalibrationFile, machineKey } from './calibration-file';
import type { CpuIdentity } from './cpu-identity';
import type { MachineSample } from './sample';
import type { Availability } from './source';
import { formatPower } from '../present/words';

/** A window may stay open for days and then be killed, so the calibration is saved regularly. */
const samplesPerSave = 60;

/** Remembers what counters, sensors and the battery showed about this machine, for times when they are missing. */
export class CalibrationKeeper {
  /** The calibration at the start. */
  readonly calibration: Calibration;
  private readonly problem: string | null;
  private readonly file: CalibrationFile | null;
  private now: Calibration;
  private unsaved = 0;

  /** @param stateFolder nothing is kept if null */
  constructor(stateFolder: string | null, cpu: CpuIdentity | null, platform: NodeJS.Platform) {
    this.file = stateFolder === null ? null : new CalibrationFile(stateFolder, machineKey(cpu, platform));
    const { calibration, problem } = this.file?.read() ?? { calibration: noCalibration, problem: null };
    this.calibration = calibration;
    this.now = calibration;
    this.problem = problem;
  }

  take(sample: MachineSample): void {
    const next = learn(this.now, sample);
    if (next === this.now) return;
    this.now = next;
    this.unsaved += 1;
    if (this.unsaved >= samplesPerSave) this.save();
  }

  takeIdle(levels: readonly (readonly [string, number])[], at: number): void {
    if (levels.length === 0) return;
    this.now = {
      ...this.now,
      idle: { ...this.now.idle, ...Object.fromEntries(levels.map(([name, watts]) => [name, { watts, at }])) },
    };
    this.unsaved += 1;
  }

  save(): void {
    if (this.unsaved === 0) return;
    this.unsaved = 0;
    this.file?.write(this.now);
  }

  get availability(): readonly Availability[] {
    const line = (available: boolean, reason: string): Availability => ({
      component: 'cpu',
      name: 'calibration',
      method: 'calibrated',
      available,
      reason,
      enable: null,
    });
    if (this.problem !== null) return [line(false, this.problem)];
    const curve = fitCurve('cpu', this.calibration.cpu) ?? fitCurve('system', this.calibration.system);
    if (curve === null) return [];
    const what = curve.component === 'system' ? 'the battery' : "the processor's counter";
    return [
      line(
        true,
        `Calibrated with ${what} on this machine until ${dayOf(curve.at)}: ${formatPower(curve.idleWatts)} idle, ${formatPower(curve.fullWatts)} at full load; used whenever ${what} gives no figure.`,
      ),
    ];
  }
}
