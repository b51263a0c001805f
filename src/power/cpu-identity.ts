import { cpus } from 'node:os';
import type { ReadableFiles } from '../system/files';

/** The processor as the operating system names it. */
export interface CpuIdentity {
  /** As written by its maker: "Intel(R) Xeon(R) CPU E5-2686 v4 @ 2.30GHz"; null if it is not told. */
  readonly brand: string | null;
  /** `vendor:family:model`, e.g. `AuthenticAMD:25:17`; tells the generation where a hypervisor hides the brand. */
  readonly signature: string | null;
  readonly logicalCpus: number;
  readonly sockets: number;
}

/** Parses `/proc/cpuinfo`; null if it names no processor at all. */
export function parseCpuinfo(text: string): CpuIdentity | null {
  const field = (name: string): string | null => new RegExp(`^${name}[ \\t]*:[ \\t]*(.+)$`, 'm').exec(text)?.[1]?.trim() ?? null;
  const logicalCpus = text.match(/^processor[ \t]*:/gm)?.length ?? 0;
  if (logicalCpus === 0) return null;
  const signature = [field('vendor_id'), field('cpu family'), field('model')];
  return {
    brand: field('model name') ?? field('Model'),
    signature: signature.includes(null) ? null : signature.join(':'),
    logicalCpus,
    sockets: Math.max(1, new Set(text.match(/^physical id[ \t]*:.*$/gm)).size),
  };
}

export async function readCpuIdentity(files: ReadableFiles, platform: NodeJS.Platform, proc: string): Promise<CpuIdentity | null> {
  if (platform === 'linux') return files.readText(`${proc}/cpuinfo`).then(parseCpuinfo, () => null);
  const all = cpus();
  return all.length === 0
    ? null
    : { brand: all[0]?.model.trim() ?? null, signature: null, logicalCpus: all.length, sockets: 1 };
}
