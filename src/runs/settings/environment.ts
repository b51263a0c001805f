import { measuringKeys, type MeasuringKey } from '../../project/settings-file';
import { noSettings, settingsOfValues, type FileSettings } from './settings-file';

/** `carbon-intensity` is `GREEN_ML_CARBON_INTENSITY`. */
export function variableOf(key: MeasuringKey): string {
  return `GREEN_ML_${key.toUpperCase().replaceAll('-', '_')}`;
}

const numbers: ReadonlySet<MeasuringKey> = new Set(['carbon-intensity', 'pue', 'budget-hours']);

/** The settings for runs in environment variables, for containers and CI. An empty variable sets nothing. */
export async function environmentSettings(env: Readonly<Record<string, string | undefined>>): Promise<FileSettings> {
  const from = { by: 'environment' } as const;
  const table: Record<string, string | number> = {};
  for (const key of measuringKeys) {
    const text = env[variableOf(key)]?.trim() ?? '';
    // What is no number stays as it is written, for the sentence about it.
    if (text !== '') table[key] = numbers.has(key) && Number.isFinite(Number(text)) ? Number(text) : text;
  }
  return Object.keys(table).length === 0 ? noSettings(from) : settingsOfValues(table, from, variableOf);
}
