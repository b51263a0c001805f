/** A processor or accelerator that a cloud still offers, although newer ones need far less energy for the same work. */
export interface OldHardware {
  readonly name: string;
  /** Year of its release. */
  readonly year: number;
  /** Half precision by its data sheet, single precision where it has none; null for processors. */
  readonly teraflopsPerWatt: number | null;
  /** What to use today. */
  readonly instead: string;
}

const onAmazon = (name: string, year: number, teraflopsPerWatt: number): OldHardware => ({
  name,
  year,
  teraflopsPerWatt,
  instead: 'A g6 (L4) or p4d (A100)',
});
const processorOnAmazon = (family: 'c7' | 'm7' | 'r7', name: string, year: number): OldHardware => ({
  name,
  year,
  teraflopsPerWatt: null,
  instead: family === 'c7' ? 'A c7' : `An ${family}`,
});
/** The sizes that all of `c7i`, `m7i` and `r7i` come in, of those that older families have. */
const lastingSizes = /\.(?:large|xlarge|[248]xlarge|16xlarge)$/;

const onAzure = (name: string, year: number, teraflopsPerWatt: number): OldHardware => ({
  name,
  year,
  teraflopsPerWatt,
  instead: 'An NC_A100_v4 or NC_H100_v5',
});
const onGoogle = (name: string, year: number, teraflopsPerWatt: number): OldHardware => ({
  name,
  year,
  teraflopsPerWatt,
  instead: 'An L4 or A100',
});

/**
 * Data sheets: K80 8.7 TFLOPS at 300 W; K520 2 × 2.4 at 225 W; M60 9.6 at 300 W; P4 5.5 at 75 W; P40 11.8 at 250 W (these in single
 * precision); P100 18.7 at 250 W; V100 125 at 300 W (half precision). Processors by Amazon's own list of instance types. `t2` and `t3` are not here: they are shares of a machine, and a whole
 * one of a new family may need more than a share of an old one.
 */
const amazonHardware: Readonly<Record<string, OldHardware>> = {
  p2: onAmazon('K80', 2014, 0.03),
  p3: onAmazon('V100', 2017, 0.42),
  p3dn: onAmazon('V100', 2017, 0.42),
  g2: onAmazon('K520', 2013, 0.02),
  g3: onAmazon('M60', 2015, 0.03),
  g3s: onAmazon('M60', 2015, 0.03),
  c3: processorOnAmazon('c7', 'Xeon E5 v2 (Ivy Bridge)', 2013),
  m3: processorOnAmazon('m7', 'Xeon E5 v2 (Ivy Bridge)', 2013),
  r3: processorOnAmazon('r7', 'Xeon E5 v2 (Ivy Bridge)', 2013),
  c4: processorOnAmazon('c7', 'Xeon E5 v3 (Haswell)', 2014),
  m4: processorOnAmazon('m7', 'Xeon E5 v3 (Haswell)', 2014),
  r4: processorOnAmazon('r7', 'Xeon E5 v4 (Broadwell)', 2016),
};

const azureHardware: readonly (readonly [RegExp, OldHardware])[] = [
  [/^nc\d+r?$/, onAzure('K80', 2014, 0.03)],
  [/^nc\d+r?s_v2$/, onAzure('P100', 2016, 0.07)],
  [/^nc\d+r?s_v3$/, onAzure('V100', 2017, 0.42)],
  [/^nd40rs_v2$/, onAzure('V100', 2017, 0.42)],
  [/^nd\d+r?s$/, onAzure('P40', 2016, 0.05)],
  [/^nv\d+$/, onAzure('M60', 2015, 0.03)],
];

const googleHardware: Readonly<Record<string, OldHardware>> = {
  k80: onGoogle('K80', 2014, 0.03),
  p4: onGoogle('P4', 2016, 0.07),
  p100: onGoogle('P100', 2016, 0.07),
  v100: onGoogle('V100', 2017, 0.42),
};

/** Whether a card's figure is one of half precision. */
export const hasHalfPrecision = (name: string): boolean => name === 'P100' || name === 'V100';

/** The hardware of a machine, by its name: `ml.p3.2xlarge`, `Standard_NC6s_v3`, `NVIDIA_TESLA_K80`; null for all others. */
export function hardwareOf(name: string): OldHardware | null {
  const amazon = /^(?:ml\.)?([a-z]\d[a-z]*)\.(?:nano|micro|small|medium|\d*x?large|metal)$/.exec(name)?.[1];
  if (amazon !== undefined) {
    const hardware = own(amazonHardware, amazon);
    const isSized = hardware?.teraflopsPerWatt === null && lastingSizes.test(name);
    return isSized ? { ...hardware, instead: `${hardware.instead} of the same size` } : hardware;
  }
  const azure = /^standard_(.+?)(?:_promo)?$/i.exec(name)?.[1]?.toLowerCase();
  if (azure !== undefined) return azureHardware.find(([pattern]) => pattern.test(azure))?.[1] ?? null;
  const google = /^nvidia[_-]tesla[_-](\w+)$/i.exec(name)?.[1]?.toLowerCase();
  return google === undefined ? null : own(googleHardware, google);
}

const own = (table: Readonly<Record<string, OldHardware>>, key: string): OldHardware | null =>
  Object.hasOwn(table, key) ? (table[key] ?? null) : null;
