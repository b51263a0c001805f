import type { Provenance } from './places';

/** The outlines of land for a map. Written by `scripts/data/world-map.mjs`. */
export interface WorldMap extends Omit<Provenance, 'updated'> {
  /** Degrees of latitude at the upper edge; the left edge is at 180 degrees west. */
  readonly north: number;
  /** Units of the map for a degree of longitude or latitude. */
  readonly perDegree: number;
  readonly width: number;
  readonly height: number;
  /** An SVG path. */
  readonly land: string;
}

export async function loadWorldMap(): Promise<WorldMap> {
  return (await import('./world-map.json')).default;
}
