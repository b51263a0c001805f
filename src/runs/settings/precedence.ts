/** The sources of settings, highest precedence first. docs/settings.md has its table from here. */
export const precedence = [
  { terminal: 'option', editor: 'workspace setting' },
  { terminal: 'environment', editor: null },
  { terminal: 'project file', editor: 'project file' },
  { terminal: null, editor: 'user setting' },
  { terminal: 'user file', editor: 'user file' },
  { terminal: 'machine file', editor: 'machine file' },
] as const;

type Front = 'terminal' | 'editor';

/** What has settings in the terminal, or in the editor. */
type SettingsSource<Of extends Front> = NonNullable<(typeof precedence)[number][Of]>;

/** Sources in the order of their precedence; those that are null are left out. */
export function inOrder<Of extends Front, Layer>(
  front: Of,
  layers: Readonly<Record<SettingsSource<Of>, Layer | null>>,
): readonly Layer[] {
  return precedence.flatMap((row) => {
    const source: SettingsSource<Front> | null = row[front];
    return (source === null ? null : (layers as Readonly<Record<string, Layer | null>>)[source]) ?? [];
  });
}
