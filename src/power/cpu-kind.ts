/** Kinds of processors with similar power: if a model is in no table, the power of its kind is used. */
export const cpuKinds = [
  'low-power laptop',
  'laptop',
  'large laptop',
  'low-power desktop',
  'desktop',
  'unlocked desktop',
  'workstation',
  'entry server',
  'server',
  'Arm server',
  'Apple',
  'Apple Pro',
  'Apple Max',
  'Apple Ultra',
  'single-board computer',
] as const;
export type CpuKind = (typeof cpuKinds)[number];

/** What the machine is according to its firmware: this finds a laptop even if the processor's name does not. */
export type Chassis = 'laptop' | 'desktop' | 'server';

/** Only processors of these kinds are shared by virtual machines of many owners. */
export function isServer(kind: CpuKind | null): boolean {
  return kind === 'server' || kind === 'Arm server' || kind === 'entry server';
}

/** Kinds whose processors keep to their one published power; the others exceed it for as long as they stay cool. */
export function isSteady(kind: CpuKind | null): boolean {
  return kind === null || isServer(kind) || kind === 'workstation';
}

/**
 * The sustained power, in watts, with all threads busy. If two powers are published, it is neither: a laptop settles
 * between base power and maximum turbo power, depending on its maker's limit and its fan, so the middle (on a
 * logarithmic scale) is taken. Intel specifies maximum turbo power without a time limit for unlocked desktop models
 * from the 12th generation on.
 *
 * @param brand normalised
 * @param second the second power of the table; 0 if there is none
 */
export function fullLoadWatts(brand: string, kind: CpuKind | null, base: number, second: number): number {
  if (second === 0) return base;
  if (kind === 'unlocked desktop' && /^intel core (i\d-1[2-9]|ultra)/.test(brand)) return second;
  return Math.sqrt(base * second);
}

/** By the signature that Linux gives, for Arm processors without a name: implementer and part of the first core. */
const armParts: readonly (readonly [signature: RegExp, name: string, kind: CpuKind])[] = [
  [/^arm:0x41:0xd0c$/, 'Arm Neoverse N1 (Graviton2, Altra)', 'Arm server'],
  [/^arm:0x41:0xd40$/, 'Arm Neoverse V1 (Graviton3)', 'Arm server'],
  [/^arm:0x41:0xd49$/, 'Arm Neoverse N2 (Cobalt 100, Yitian 710)', 'Arm server'],
  [/^arm:0x41:0xd4f$/, 'Arm Neoverse V2 (Graviton4, Axion, Grace)', 'Arm server'],
  [/^arm:0x41:0xd8e$/, 'Arm Neoverse N3', 'Arm server'],
  [/^arm:0x41:0xd84$/, 'Arm Neoverse V3', 'Arm server'],
  [/^arm:0xc0:/, 'AmpereOne', 'Arm server'],
  [/^arm:0x48:/, 'HiSilicon Kunpeng', 'Arm server'],
  [/^arm:0x46:/, 'Fujitsu A64FX', 'Arm server'],
  [/^arm:0x43:/, 'Marvell ThunderX', 'Arm server'],
  [/^arm:0x61:/, 'Apple silicon', 'Apple'],
  [/^arm:0x51:/, 'Qualcomm Snapdragon', 'laptop'],
  [/^arm:0x41:0xd(0[3-9ab]|4[1248abcde])$/, 'Arm Cortex', 'single-board computer'],
];

/** Names of processors as `normaliseBrand` writes them, most specific first. */
const brands: readonly (readonly [brand: RegExp, kind: CpuKind])[] = [
  [/^apple m\d+ ultra/, 'Apple Ultra'],
  [/^apple m\d+ max/, 'Apple Max'],
  [/^apple m\d+ pro/, 'Apple Pro'],
  [/^(apple|virtualapple)\b/, 'Apple'],
  [/raspberry|jetson|orin|rockchip|cortex-a|\brk3\d\d\d|odroid/, 'single-board computer'],
  [/graviton|neoverse|ampere|\baltra\b|cobalt|axion|kunpeng|\bgrace\b|yitian/, 'Arm server'],
  [/snapdragon|microsoft sq|qualcomm/, 'laptop'],
  [/threadripper/, 'workstation'],
  [/^amd epyc (4\d\d\d|embedded)/, 'entry server'],
  [/^amd (epyc|opteron)/, 'server'],
  // HX models of Ryzen AI 300 (HX 370) are ordinary laptop parts.
  [/^amd ryzen ai max/, 'large laptop'],
  [/^amd ryzen (ai|z\d)/, 'laptop'],
  [/^amd ryzen .*\d(hx|hx3d)$/, 'large laptop'],
  [/^amd ryzen .*\d(hs?)$/, 'laptop'],
  [/^amd ryzen .*\d(u|c|e)$/, 'low-power laptop'],
  [/^amd ryzen \d (pro )?[12]\d0$/, 'laptop'],
  [/^amd ryzen .*\d(ge|e)$/, 'low-power desktop'],
  [/^amd ryzen .*\d(x|xt|x3d)$/, 'unlocked desktop'],
  [/^amd (ryzen|phenom|fx)\b/, 'desktop'],
  [/^amd (athlon|a\d+|e\d*|3\d\d\d).*\d(u|e|c)$|^amd (e\d*|c|z)-/, 'low-power laptop'],
  [/^amd (a\d+|turion).*\d(m|p|b)$|^amd turion/, 'laptop'],
  [/^amd .*\d(ge|te)$/, 'low-power desktop'],
  [/^amd (athlon|a\d+|sempron)/, 'desktop'],
  [/^intel xeon (w\d?-|w\d{4})/, 'workstation'],
  [/^intel xeon (e-|e3-|63\d\dp)/, 'entry server'],
  [/^intel xeon( |$)/, 'server'],
  [/^intel core i\d-\d+(x|xe)$/, 'workstation'],
  [/^intel core .*\d(hx|hk)$/, 'large laptop'],
  [/^intel core (ultra )?(i|x)?\d.*\d(h|hl|hq|hf|p|hre|he|mq|qm|mx|xm|hhl)$/, 'laptop'],
  [/^intel core m\d?[- ]|^intel core .*\d(u|ul|y|v|g\d|ng\d|ue|um|ure|m)$/, 'low-power laptop'],
  // Panther Lake has laptop models without a suffix.
  [/^intel core ultra x?\d 3\d\d$/, 'laptop'],
  [/^intel core .*\d(t|te|tn)$/, 'low-power desktop'],
  [/^intel core .*\d(k|kf|ks)$/, 'unlocked desktop'],
  [
    /^intel (atom|celeron (n|j|silver)|pentium (n|j|silver)|n\d)|^intel (celeron|pentium).*\d(u|y|ue|ul|m)$|^intel u\d00$/,
    'low-power laptop',
  ],
  [/^intel (celeron|pentium|processor|\d00).*\d(t|te)$/, 'low-power desktop'],
  [/^intel (core|celeron|pentium|processor|\d00)/, 'desktop'],
];

/** The kind of a processor, from its name or the signature of its cores; null if neither is known. */
export function cpuKind(normalisedBrand: string | null, signature: string | null): CpuKind | null {
  const byBrand = normalisedBrand === null ? undefined : brands.find(([pattern]) => pattern.test(normalisedBrand))?.[1];
  return byBrand ?? armParts.find(([pattern]) => pattern.test(signature ?? ''))?.[2] ?? null;
}

/** A readable name for cores that have none of their own; null if the signature is not known. */
export function armName(signature: string | null): string | null {
  return armParts.find(([pattern]) => pattern.test(signature ?? ''))?.[1] ?? null;
}

/** Chassis types of the firmware (SMBIOS 3.7, table 17) that identify a kind of machine. */
export function chassisOf(type: string): Chassis | null {
  const code = Number.parseInt(type, 10) & 0x7f;
  if ([8, 9, 10, 11, 14, 30, 31, 32].includes(code)) return 'laptop';
  if ([3, 4, 5, 6, 7, 13, 15, 16, 24, 35].includes(code)) return 'desktop';
  return [17, 23, 25, 28, 29].includes(code) ? 'server' : null;
}

/** The kind to assume if the processor's name gives none. */
export const kindOfChassis: Readonly<Record<Chassis, CpuKind>> = {
  laptop: 'laptop',
  desktop: 'desktop',
  server: 'server',
};

/** Families whose cores all run one thread. */
const oneThread: readonly RegExp[] = [
  /^apple|snapdragon|ampere|graviton|neoverse/,
  /^intel n\d/,
  /^intel xeon 6\d+e/,
  /^intel xeon bronze 3[12]/,
  /^intel xeon e3-122[05]( v\d)?$/,
  /^intel core ultra [579] 2\d\d(k|kf|f|t|h|hx|v)?$/,
  /^intel core i7-9700(k|kf|f|t)?$/,
  /^amd epyc 9754s$/,
  /^amd ryzen 3 (pro )?([123]200|1300|2300|3350)(x|g|ge)?$/,
  /^amd ryzen 5 (pro )?3350ge$/,
  /^amd ryzen 5 3500x?$/,
  /^amd ryzen [57] 4[57]00u$/,
  /^amd ryzen 3 (pro )?([234]300|3350)u$/,
];
/** Families whose cores all run two threads. */
const twoThreads: readonly RegExp[] = [
  /^amd (epyc|ryzen)/,
  /^intel xeon (platinum|gold|silver)/,
  /^intel xeon 6\d+p/,
  /^intel xeon e[57]-.* v[234]$/,
  /^intel xeon (e3-12[34789]|w\d?-)/,
  /^intel core i[79]-(\d{4}|1[01]\d{3})(k|kf|f|ks|x|xe|hq|h|hk|u|y|g\d)?$/,
  /^intel core i[35]-(8\d{3}|1[01]\d{2,3})(u|y|g\d)$/,
  /^intel core i5-(8|1[01])\d+h$/,
  /^intel core i[35]-1[01]\d{3}(k|kf|f|t)?$/,
  /^intel core i[357]-[2-7]\d\d\d(u|m)$/,
];

/**
 * Threads of one core, by the processor's name; null if the family has both kinds and the model is in no table. An
 * error here becomes a wrong share of the processor in a virtual machine.
 */
export function threadsPerCore(brand: string, cores: number): 1 | 2 | null {
  // From the 12th generation on, cores of two kinds: one with two threads, one with one.
  if (/^intel core i\d-1[2-9]\d{2,3}[a-z]*$/.test(brand)) return null;
  // Desktops up to the 9th generation: an i3 or i5 with two cores has two threads per core; the others have one.
  if (/^intel core i[35]-[2-9]\d\d\d(k|kf|f|b|s|p|t|te|c|r)?$/.test(brand)) return cores === 2 ? 2 : 1;
  if (oneThread.some((pattern) => pattern.test(brand))) return 1;
  return twoThreads.some((pattern) => pattern.test(brand)) ? 2 : null;
}
