/**
 * Quantities as people read them: three significant digits at most, a unit that keeps the number between 1 and
 * 1000 where one exists. Null is unknown and reads as a dash.
 */

const unknown = '–';

/** Up to `digits` significant digits, without trailing zeros and without an exponent. */
function significant(value: number, digits = 3): string {
  if (value === 0) return '0';
  const magnitude = Math.floor(Math.log10(Math.abs(value)));
  const decimals = Math.max(0, Math.min(12, digits - 1 - magnitude));
  const text = value.toFixed(decimals);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

interface Step {
  readonly factor: number;
  readonly unit: string;
  /** The smallest value shown in this unit, if not 1: 0.32 Wh reads better than 320 mWh. */
  readonly from?: number;
}

function scaled(value: number, steps: readonly Step[]): string {
  // 999.6 W would round to "1000 W": compare what will be shown, not what is meant.
  const step = steps.find(({ factor, from }) => Math.abs(value) >= factor * (from ?? 1) * 0.9995) ?? steps.at(-1);
  return step === undefined ? significant(value) : `${significant(value / step.factor)} ${step.unit}`;
}

const powerSteps = [
  { factor: 1e6, unit: 'MW' },
  { factor: 1000, unit: 'kW' },
  { factor: 1, unit: 'W' },
];
const energySteps = [
  { factor: 1e6, unit: 'MWh' },
  { factor: 1000, unit: 'kWh' },
  { factor: 1, unit: 'Wh', from: 0.1 },
  { factor: 1e-3, unit: 'mWh' },
];
const massSteps = [
  { factor: 1e6, unit: 't' },
  { factor: 1000, unit: 'kg' },
  { factor: 1, unit: 'g', from: 0.1 },
  { factor: 1e-3, unit: 'mg' },
];

export function formatPower(watts: number | null): string {
  if (watts === null) return `${unknown} W`;
  if (watts === 0) return '0 W';
  if (Math.abs(watts) < 0.1) return `${significant(watts, 1)} W`;
  return Math.abs(watts) < 9.95 ? `${significant(watts, 2)} W` : scaled(Math.round(watts), powerSteps);
}

export function formatEnergy(wattHours: number | null): string {
  if (wattHours === null) return `${unknown} Wh`;
  if (wattHours === 0) return '0 Wh';
  return scaled(wattHours, energySteps);
}

/** Grams of CO2-equivalent. */
export function formatMass(grams: number | null): string {
  if (grams === null) return `${unknown} g`;
  if (grams === 0) return '0 g';
  return scaled(grams, massSteps);
}

/** "0.4 s", "42 s", "3 min 20 s", "2 h 5 min", "3 d 4 h". */
export function formatDuration(seconds: number): string {
  if (seconds < 9.95) return `${significant(seconds, 2)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const parts: readonly (readonly [size: number, unit: string])[] = [
    [86_400, 'd'],
    [3600, 'h'],
    [60, 'min'],
    [1, 's'],
  ];
  const first = parts.findIndex(([size]) => whole >= size);
  const [size, unit] = parts[first] ?? [1, 's'];
  const [nextSize, nextUnit] = parts[first + 1] ?? [1, 's'];
  const rest = Math.floor((whole % size) / nextSize);
  return rest === 0 ? `${Math.floor(whole / size)} ${unit}` : `${Math.floor(whole / size)} ${unit} ${rest} ${nextUnit}`;
}

/** A share between 0 and 1 as a percentage: "0.4 %", "21 %". */
export function formatShare(share: number): string {
  return `${significant(share * 100, 2)} %`;
}

/** A factor of a band: "0.46", "1.6", "4.88". */
export function formatFactor(factor: number): string {
  return significant(factor);
}
