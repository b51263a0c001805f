import { createHash } from 'node:crypto';
import { join } from 'node:path';
import * as v from 'valibot';
import { errorCode, readRegularTextNow } from '../system/files';
import { ownFilesNow, replaceFileNow, type OwnFilesNow } from '../system/own-files';
import { parseFitting } from '../system/shapes';
import { calibrationFields, noCalibration, type Calibration } from './calibration';
import type { CpuIdentity } from './cpu-identity';

const fileShape = v.object({ version: v.literal(1), machine: v.string(), ...calibrationFields });

interface ReadCalibration {
  readonly calibration: Calibration;
  /** One sentence if the file exists but cannot be used. */
  readonly problem: string | null;
}

/** Identifies the machine of a calibration: with another processor or thread count, power differs. */
export function machineKey(cpu: CpuIdentity | null, platform: NodeJS.Platform): string {
  return [
    platform,
    cpu?.brand ?? 'unknown',
    cpu?.signature ?? 'unknown',
    cpu?.sockets ?? 1,
    cpu?.logicalCpus ?? 0,
  ].join(' | ');
}

/** One file per machine, because several machines may share a home directory. */
export class CalibrationFile {
  readonly path: string;

  constructor(
    stateFolder: string,
    private readonly machine: string,
    private readonly files: OwnFilesNow = ownFilesNow,
  ) {
    this.path = join(stateFolder, `calibration-${createHash('sha256').update(machine).digest('hex').slice(0, 8)}.json`);
  }

  /** Never throws: a damaged file, or one from another machine, counts as missing. */
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
        problem: `The calibration in ${this.path} is damaged and is not used. It will be replaced at the next measurement.`,
      };
    if (value.machine !== this.machine)
      return {
        calibration: noCalibration,
        problem: `The calibration in ${this.path} is from another machine (${value.machine}) and is not used.`,
      };
    const { cpu, system, idle } = value;
    return { calibration: { cpu, system, idle }, problem: null };
  }

  /** If it cannot be written, it is measured again next time. The state folder is created with the first record. */
  write(calibration: Calibration): void {
    try {
      const content = { version: 1, machine: this.machine, ...calibration };
      replaceFileNow(this.files, this.path, `${JSON.stringify(content)}\n`);
    } catch {
      // If the state folder is not writable, the meter reports that when it writes its records.
    }
  }
}
