// @ts-check
// Names of the places of cloud regions. Providers name a region, and the city stands behind it: "US West (Oregon)
// (Hermiston)", "Europe (Zurich) (Zürich)". A place is named once, with one pair of brackets.

/** A part of a country rather than a place: it stays with the country's name. */
const direction = /^(?:US-)?(?:central|east|west|north|south)$/i;

/** Spellings that differ by more than an accent. */
const spellings = new Map([['damman', 'dammam']]);

/** @param {string} text */
function plain(text) {
  const letters = text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase();
  return spellings.get(letters) ?? letters;
}

/**
 * The name of a place without repetitions: "US West (Hermiston, Oregon)", "Europe (Zürich)", "Montréal".
 * @param {string} location the provider's name of a region, and its city in brackets
 */
export function placeName(location) {
  const [area = '', ...rest] = location.split(' (').map((part) => part.replace(/\)$/, ''));
  const city = rest.at(-1);
  if (city === undefined) return location;
  const between = rest.slice(0, -1);
  const name = [area, ...between.filter((part) => direction.test(part))].join(' ');
  if (plain(city).includes(plain(name))) return city;
  const others = between.filter((part) => !direction.test(part) && !plain(city).includes(plain(part)));
  return `${name} (${[city, ...others.reverse()].join(', ')})`;
}
