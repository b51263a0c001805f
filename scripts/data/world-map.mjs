// Writes the outlines of land for the map of regions.
// node scripts/data/world-map.mjs FOLDER    (FOLDER is the npm package world-atlas 2, with land-110m.json)
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeTable } from './tables.mjs';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('Give the folder of the npm package world-atlas.');
  process.exit(2);
}

/** Units of the map for a degree: a coast is drawn as finely as a page shows it. */
const perDegree = 2;
/** The part of the world with cloud regions, in degrees. */
const north = 84;
const south = -56;
/** Islands that are smaller in both directions, in units, are specks on a page. */
const smallest = 3;

const land = JSON.parse(await readFile(join(folder, 'land-110m.json'), 'utf8'));
const { scale, translate } = land.transform;

/** The arcs as degrees; the file has the differences between their points. */
const arcs = land.arcs.map((arc) => {
  let [x, y] = [0, 0];
  return arc.map(([dx, dy]) => {
    [x, y] = [x + dx, y + dy];
    return [x * scale[0] + translate[0], y * scale[1] + translate[1]];
  });
});

const polygons = land.objects.land.geometries.flatMap(({ type, arcs: of }) => (type === 'Polygon' ? [of] : of));
const rings = polygons
  .flat()
  .map((ring) => ring.flatMap((index) => (index < 0 ? arcs[~index].toReversed() : arcs[index])));
/** A ring without jumps at 180 degrees: it goes on beyond the edge of the map. */
function unbroken(ring) {
  let turn = 0;
  return ring.map(([longitude, latitude], index) => {
    const before = index === 0 ? longitude : ring[index - 1][0];
    if (longitude - before > 180) turn -= 360;
    if (longitude - before < -180) turn += 360;
    return [longitude + turn, latitude];
  });
}

/** A ring as often as it is needed: what is beyond one edge is seen at the other. */
function shown(ring) {
  const whole = unbroken(ring);
  const longitudes = whole.map(([longitude]) => longitude);
  const moved = (by) => whole.map(([longitude, latitude]) => [longitude + by, latitude]);
  return [
    whole,
    ...(Math.max(...longitudes) > 180 ? [moved(-360)] : []),
    ...(Math.min(...longitudes) < -180 ? [moved(360)] : []),
  ];
}

const onMap = ([longitude, latitude]) => [
  Math.round((longitude + 180) * perDegree),
  Math.round((north - latitude) * perDegree),
];

/** A ring as part of an SVG path; empty if it is too small or outside. */
function partOf(ring) {
  if (Math.min(...ring.map(([, latitude]) => latitude)) < south - 10) return '';
  const points = ring
    .map(onMap)
    .filter(([x, y], index, all) => index === 0 || x !== all[index - 1][0] || y !== all[index - 1][1]);
  const size = (axis) =>
    Math.max(...points.map((point) => point[axis])) - Math.min(...points.map((point) => point[axis]));
  if (size(0) < smallest && size(1) < smallest) return '';
  const steps = points.slice(1).map(([x, y], index) => `${x - points[index][0]} ${y - points[index][1]}`);
  return `M${points[0].join(' ')}l${steps.join(' ').replaceAll(' -', '-')}z`;
}

await writeTable('src/data/world-map.json', {
  source: 'Natural Earth 1:110m land, as published with world-atlas 2 (github.com/topojson/world-atlas)',
  licence: 'public domain (Natural Earth); ISC (world-atlas)',
  north,
  perDegree,
  width: 360 * perDegree,
  height: (north - south) * perDegree,
  land: rings.flatMap(shown).map(partOf).join(''),
});
