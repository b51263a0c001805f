/** Conversions between units. Every name contains its unit: joules, watts, wattHours, grams. */

const joulesPerWattHour = 3600;

export function joulesToWattHours(joules: number): number {
  return joules / joulesPerWattHour;
}

export function wattHoursToJoules(wattHours: number): number {
  return wattHours * joulesPerWattHour;
}

export function microjoulesToJoules(microjoules: number): number {
  return microjoules / 1e6;
}
