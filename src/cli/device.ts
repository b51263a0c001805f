import { plain, suggestions } from '../present/spelling';
import { loadAccelerators, type Accelerator } from '../data/accelerators';
import { loadCpus } from '../data/cpus';
import { cpuKind, fullLoadWatts } from '../power/cpu-kind';
import { normaliseBrand, powersText } from '../power/tdp';
import { CommandError } from './io';
import { oneOf } from '../present/words';

/** The facts about a device of the hardware tables that a planned job needs. */
export type Device = Pick<Accelerator, 'name' | 'watts' | 'note' | 'embodiedKilograms' | 'embodiedSource'>;

/** Words that people add to a device's name or leave out. */
const makers =
  /\b(nvidia|amd|intel|aws|google|cloud|tesla|geforce|instinct|quadro|grid|radeon|gpu|cpu|tensor core)\b/gi;

const short = (name: string): string => plain(name.replace(makers, ''));

/**
 * Finds a device by name: an accelerator or a processor of the hardware tables; the maker may be left out.
 *
 * @throws CommandError with likely names if none or several match
 */
export async function findDevice(name: string): Promise<Device> {
  const { accelerators } = await loadAccelerators();
  const exact =
    accelerators.find((device) => plain(device.name) === plain(name)) ??
    accelerators.find((device) => short(device.name) === short(name));
  if (exact !== undefined) return exact;
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
  const fitting =
    words.length === 0 || whole.length > 0
      ? whole
      : accelerators.filter((device) => words.every((word) => holdsPart(device.name, word)));
  const [only, ...others] = fitting;
  if (only !== undefined && others.length === 0) return only;
  if (only !== undefined && fitting.length <= 8) throw severalFit(name, fitting);
  const processors = await processorsNamed(name);
  const [processor, ...more] = processors;
  if (processor !== undefined && more.length === 0) return processor;
  if (processor !== undefined && processors.length <= 8) throw severalFit(name, processors);
  const similar = await similarNames(name, accelerators);
  const advice = similar.length === 0 ? 'give its power with --watts' : `did you mean ${oneOf(similar)}?`;
  throw new CommandError(`"${name}" is not in the hardware table; ${advice}${similar.length === 0 ? '.' : ''}`);
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

function severalFit(name: string, devices: readonly Device[]): CommandError {
  return new CommandError(
    `"${name}" can be ${oneOf(devices.map((device) => `${device.name} (${device.watts} W)`))}; name one of these.`,
  );
}

/** The processor of that name, or all whose names contain each of its words. */
async function processorsNamed(name: string): Promise<readonly Device[]> {
  const table = await loadCpus();
  const wanted = normaliseBrand(name);
  const exact = [wanted, `amd ${wanted}`, `intel ${wanted}`, `intel core ${wanted}`, `amd ryzen ${wanted}`].find(
    (key) => table.cpus[key] !== undefined,
  );
  const words = wanted.split(' ').filter((word) => word !== '');
  // A model number says which processor is meant; "intel" or "xeon" alone does not.
  const isModel = words.some((word) => /\d{3}|^m\d$/.test(word));
  const holds = (key: string): boolean =>
    words.every((word) => key.split(' ').some((part) => part === word || part.split('-').includes(word)));
  const keys = exact !== undefined ? [exact] : isModel ? Object.keys(table.cpus).filter(holds) : [];
  return keys.map((key) => {
    const [base = 0, second = 0, , , source = 0] = table.cpus[key] ?? [];
    const watts = Math.round(fullLoadWatts(key, cpuKind(key, null), base, second) * 10) / 10;
    const taken = watts === base ? '' : `; ${watts} W is used for sustained load on all threads`;
    return {
      name: properName(key),
      watts,
      note: `one processor, ${powersText(base, second, table.sources[source])}${taken}`,
      embodiedKilograms: null,
      embodiedSource: null,
    };
  });
}

async function similarNames(name: string, accelerators: readonly Accelerator[]): Promise<readonly string[]> {
  const devices = accelerators.map((device) => ({ id: device.name, names: [device.name, short(device.name)] }));
  const processors = Object.keys((await loadCpus()).cpus).map((key) => ({
    id: properName(key),
    names: [key, key.replace(/^(amd|intel) (core |xeon )?/, '')],
  }));
  const likely = suggestions(name, devices);
  return likely.length > 0 ? likely : suggestions(name, processors);
}

const properWords: Readonly<Record<string, string>> = {
  amd: 'AMD',
  epyc: 'EPYC',
  pro: 'PRO',
  ai: 'AI',
  hx: 'HX',
  fx: 'FX',
  cpu: 'CPU',
};

/** A processor's name as its maker writes it; the table has it in lower case. */
function properName(key: string): string {
  const name = key
    .split(' ')
    .map((word) => {
      if (properWords[word] !== undefined) return properWords[word];
      // i7-12700K, w9-3495X, E5-2690 v4
      if (/^[iw]\d-/.test(word)) return word.slice(0, 3) + word.slice(3).toUpperCase();
      if (/^v\d$/.test(word)) return word;
      return /\d/.test(word) ? word.toUpperCase() : word.charAt(0).toUpperCase() + word.slice(1);
    })
    .join(' ');
  return name.startsWith('Apple') ? name.replace('PRO', 'Pro') : name;
}
