import type { Accelerator } from '../data/accelerators';
import { plain } from '../present/spelling';

/** Words that people add to a device's name or leave out. */
const makers =
  /\b(nvidia|amd|intel|aws|google|cloud|tesla|geforce|instinct|quadro|grid|radeon|gpu|cpu|tensor core)\b/gi;

/** A name as people shorten it, for comparison. */
export const shortName = (name: string): string => plain(name.replace(makers, ''));

/** The accelerators that a name can mean: the one that has this name, else all whose names contain each of its words. */
export function acceleratorsNamed(name: string, accelerators: readonly Accelerator[]): readonly Accelerator[] {
  const exact =
    accelerators.find((device) => plain(device.name) === plain(name)) ??
    accelerators.find((device) => shortName(device.name) === shortName(name));
  if (exact !== undefined) return [exact];
  const words = name
    .replace(makers, '')
    .split(/[\s-]+/)
    .map(plain)
    .filter((word) => word !== '');
  const whole =
    words.length === 0
      ? []
      : accelerators.filter((device) =>
          words.every((word) =>
            device.name
              .split(/[\s-]+/)
              .map(plain)
              .includes(word),
          ),
        );
  return words.length === 0 || whole.length > 0
    ? whole
    : accelerators.filter((device) => words.every((word) => holdsPart(device.name, word)));
}

/** Whether a word is part of a name, but not part of another model's number: H20 does not match H200, but "40gb" matches "SXM4 40 GB". */
function holdsPart(name: string, word: string): boolean {
  const parts = name.split(/[^A-Za-z0-9]+/).map(plain);
  const isCut = (one: string, other: string): boolean => /\d/.test(one) && /\d/.test(other);
  const isIn = (text: string): boolean => {
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
      if (
        !isCut(word.charAt(word.length - 1), text.charAt(at + word.length)) &&
        !isCut(word.charAt(0), text.charAt(at - 1))
      )
        return true;
    }
    return false;
  };
  return parts.some((_part, from) =>
    parts.slice(from).some((_last, length) => isIn(parts.slice(from, from + length + 1).join(''))),
  );
}
