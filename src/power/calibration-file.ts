import { createHash } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode, readRegularTextNow } from '../system/files';
import { binCount, noCalibration, type CalibratedIdle, type Calibration, type Measured } from './calibration';
import type { CpuIdentity } from './cpu-identity';

export interface ReadCalibration {
  readonly calibration: Calibration;
  /** One sentence where a file is there that cannot be used. */
  readonly problem: string | null;
}

/** The machine that a calibration is of: another processor, or another number of its threads, draws something else. */
export function machineKey(cpu: CpuIdentity | null, platform: NodeJS.Platform): string {
  return [
    platform,
    cpu?.brand ?? 'unknown',
    cpu?.signature ?? 'unknown',
    cpu?.sockets ?? 1,
    cpu?.logicalCpus ?? 0,
  ].join(' | ');
}

/** One file a machine, for a home directory may be shared by many. */
export class CalibrationFile {
  readonly path: string;

  constructor(
    stateFolder: string,
    private readonly machine: string,
  ) {
    this.path = join(stateFolder, `calibration-${createHash('sha256').update(machine).digest('hex').slice(0, 8)}.json`);
  }

  /** Never throws: a file that is damaged or of another machine is as none. */
  read(): ReadCalibration {
    let text: string;
    try {
      text = readRegularTextNow(this.path);
    } catch (error) {
      const code = errorCode(error);
      return {
        calibration: noCalibration,
        problem:
          code === 'ENOENT' || code === 'ENOTDIR'
            ? null
            : `The calibration in ${this.path} cannot be read (${code ?? String(error)}); make it readable or delete it.`,
      };
    }
    const value = parse(text);
    if (value === null)
      return {
        calibration: noCalibration,
        problem: `The calibration in ${this.path} is damaged and not used; it is made anew when there is something to measure by.`,
      };
    if (value.machine !== this.machine)
      return {
        calibration: noCalibration,
        problem: `The calibration in ${this.path} is of another machine (${value.machine}) and not used.`,
      };
    return { calibration: value.calibration, problem: null };
  }

  /** What cannot be written is measured again next time; the state folder comes with the first record. */
  write(calibration: Calibration): void {
    try {
      const draft = `${this.path}.${process.pid}`;
      writeFileSync(draft, `${JSON.stringify({ version: 1, machine: this.machine, ...calibration })}\n`, {
        mode: 0o600,
      });
      renameSync(draft, this.path);
    } catch {
      // A state folder that cannot be written: the meter says so where it writes its records.
    }
  }
}

function parse(text: string): { readonly machine: string; readonly calibration: Calibration } | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isObject(value) || value['version'] !== 1 || typeof value['machine'] !== 'string') return null;
  const { machine, cpu, system, idle } = value;
  if (!isMeasuredOrNull(cpu) || !isMeasuredOrNull(system) || !isObject(idle)) return null;
  const levels = Object.entries(idle);
  if (!levels.every((level): level is [string, CalibratedIdle] => isIdle(level[1]))) return null;
  return { machine, calibration: { cpu, system, idle: Object.fromEntries(levels) } };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function areAmounts(...values: readonly unknown[]): boolean {
  return values.every((value) => typeof value === 'number' && Number.isFinite(value) && value >= 0);
}

function isMeasuredOrNull(value: unknown): value is Measured | null {
  if (value === null) return true;
  if (!isObject(value) || !areAmounts(value['at'])) return false;
  const { bins } = value;
  return (
    Array.isArray(bins) &&
    bins.length === binCount &&
    bins.every((bin) => isObject(bin) && areAmounts(bin['seconds'], bin['joules'], bin['squares']))
  );
}

function isIdle(value: unknown): value is CalibratedIdle {
  return isObject(value) && areAmounts(value['watts'], value['at']);
}
