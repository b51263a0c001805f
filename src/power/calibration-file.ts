import { createHash } from 'node:crypto';
import { join } from 'node:path';
import * as v from 'valibot';
import { errorCode, readRegularTextNow } from '../system/files';
import { ownFilesNow, type OwnFilesNow } from '../system/own-files';
import { parseFitting } from '../system/shapes';
import { calibrationFields, noCalibration, type Calibration } from './calibration';
import type { CpuIdentity } from './cpu-identity';

const fileShape = v.object({ version: v.literal(1), machine: v.string(), ...calibrationFields });

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
    private readonly files: OwnFilesNow = ownFilesNow,
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
    const value = parseFitting(fileShape, text);
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
    const { cpu, system, idle } = value;
    return { calibration: { cpu, system, idle }, problem: null };
  }

  /** What cannot be written is measured again next time; the state folder comes with the first record. */
  write(calibration: Calibration): void {
    try {
      const draft = `${this.path}.${process.pid}`;
      this.files.write(draft, `${JSON.stringify({ version: 1, machine: this.machine, ...calibration })}\n`);
      this.files.rename(draft, this.path);
    } catch {
      // A state folder that cannot be written: the meter says so where it writes its records.
    }
  }
}
