import type { Accelerator } from '../../data/accelerators';
import { acceleratorsNamed } from '../../power/accelerator-names';
import type { Estimate } from '../../units/estimate';
import type { SlurmGpus } from './jobs';

/** The power of GPUs at full load, from the hardware table. */
interface GpuPower {
  /** Watts of all of them; the limits are those of the models that the type can mean. */
  readonly watts: Estimate;
  /** Whether the type is in the table. */
  readonly known: boolean;
  /** "4 × a100 (250 to 400 W)" */
  readonly label: string;
}

/** GPUs in clusters draw between these powers at full load: a T4 and a B200. */
const anyGpu = { low: 70, high: 1000 };
/** A whole GPU has so many slices of MIG. */
const slices = 7;

export function gpuPower({ type, count }: SlurmGpus, accelerators: readonly Accelerator[]): GpuPower {
  const slice = /(?:^|[_.-])(\d)g\.\d/.exec(type ?? '');
  const part = slice?.[1];
  const share = part === undefined ? 1 : Math.min(1, Number(part) / slices);
  const model = (type ?? '').slice(0, slice?.index).replace(/[_.]/g, ' ');
  const found =
    model.trim() === '' ? [] : acceleratorsNamed(model, accelerators).filter(({ kind }) => kind !== 'system');
  const powers = found.map(({ watts }) => watts);
  const [low, high] = found.length === 0 ? [anyGpu.low, anyGpu.high] : [Math.min(...powers), Math.max(...powers)];
  const each = low === high ? `${low} W` : `${low} to ${high} W`;
  const times = share === 1 ? count : `${count} slices of ${part ?? ''}/${slices}`;
  return {
    watts: { value: Math.sqrt(low * high) * count * share, low: low * count * share, high: high * count * share },
    known: found.length > 0,
    label:
      found.length === 0
        ? `${times} × ${type === null ? 'GPUs' : `${type}, GPUs`} of unknown power (taken as ${each})`
        : `${times} × ${type ?? ''} (${each})`,
  };
}
