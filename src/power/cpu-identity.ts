import { cpus } from 'node:os';
import type { ReadableFiles } from '../system/files';
import { chassisOf, type Chassis } from './cpu-kind';

/** The processor as the operating system names it. */
export interface CpuIdentity {
  /** As written by its maker: "Intel(R) Xeon(R) CPU E5-2686 v4 @ 2.30GHz"; null if it is not given. */
  readonly brand: string | null;
  /**
   * `vendor:family:model`, e.g. `AuthenticAMD:25:17`, or `arm:implementer:part`, e.g. `arm:0x41:0xd40`: the
   * generation, for when a hypervisor hides the brand or Linux has none.
   */
  readonly signature: string | null;
  readonly logicalCpus: number;
  readonly sockets: number;
  /** The kind of machine according to its firmware; absent or null if the firmware does not say. */
  readonly chassis?: Chassis | null;
}

/** Parses `/proc/cpuinfo`; null if it names no processor at all. */
export function parseCpuinfo(text: string): CpuIdentity | null {
  const field = (name: string): string | null =>
    new RegExp(`^${name}[ \\t]*:[ \\t]*(.+)$`, 'm').exec(text)?.[1]?.trim() ?? null;
  const logicalCpus = text.match(/^processor[ \t]*:/gm)?.length ?? 0;
  if (logicalCpus === 0) return null;
  const x86 = [field('vendor_id'), field('cpu family'), field('model')];
  const arm = ['arm', field('CPU implementer'), field('CPU part')];
  return {
    brand: field('model name') ?? field('Model'),
    signature: [x86, arm].find((parts) => !parts.includes(null))?.join(':') ?? null,
    logicalCpus,
    sockets: Math.max(1, new Set(text.match(/^physical id[ \t]*:.*$/gm)).size),
  };
}

export async function readCpuIdentity(
  files: ReadableFiles,
  platform: NodeJS.Platform,
  proc: string,
  sysfs: string,
): Promise<CpuIdentity | null> {
  if (platform === 'linux') {
    const [identity, chassis] = await Promise.all([
      files.readText(`${proc}/cpuinfo`).then(parseCpuinfo, () => null),
      files.readText(`${sysfs}/class/dmi/id/chassis_type`).then(chassisOf, () => null),
    ]);
    return identity === null || chassis === null ? identity : { ...identity, chassis };
  }
  const all = cpus();
  return all.length === 0
    ? null
    : { brand: all[0]?.model.trim() ?? null, signature: null, logicalCpus: all.length, sockets: 1 };
}
