import { oneOf, plain, suggestions } from '../carbon/spelling';
import { loadAccelerators, type Accelerator } from '../data/accelerators';
import { CommandError } from './io';

/** Words that people leave out of a device's name. */
const makers = /\b(nvidia|amd|intel|tesla|geforce|instinct|quadro|gpu)\b/gi;

const short = (name: string): string => plain(name.replace(makers, ''));

/**
 * The device of the hardware table that a person named; the maker may be left out.
 *
 * @throws CommandError with the likely names where none or several fit
 */
export async function findDevice(name: string): Promise<Accelerator> {
  const { accelerators } = await loadAccelerators();
  const exact = accelerators.find((device) => plain(device.name) === plain(name)) ?? accelerators.find((device) => short(device.name) === short(name));
  if (exact !== undefined) return exact;
  const words = name.replace(makers, '').split(/[\s-]+/).map(plain).filter((word) => word !== '');
  const fitting = words.length === 0 ? [] : accelerators.filter((device) => words.every((word) => plain(device.name).includes(word)));
  const [only, ...others] = fitting;
  if (only !== undefined && others.length === 0) return only;
  if (only !== undefined && fitting.length <= 8) {
    throw new CommandError(`"${name}" can be ${oneOf(fitting.map((device) => `${device.name} (${device.watts} W)`))}; name one of them.`);
  }
  const similar = suggestions(name, accelerators.map((device) => ({ id: device.name, names: [device.name, short(device.name)] })));
  const advice = similar.length === 0 ? 'give its power with --watts' : `did you mean ${oneOf(similar)}?`;
  throw new CommandError(`"${name}" is not in the hardware table; ${advice}${similar.length === 0 ? '.' : ''}`);
}
