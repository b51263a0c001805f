/** The presets that give the share of workloads and not whole devices. Apart from the others, which few commands need. */
export const workloadPresets: readonly string[] = ['kepler', 'kepler-old'];
