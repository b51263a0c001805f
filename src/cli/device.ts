import { suggestions } from '../present/spelling';
import { loadAccelerators, type Accelerator } from '../data/accelerators';
import { loadCpus } from '../data/cpus';
import { acceleratorsNamed, shortName } from '../power/accelerator-names';
import { cpuKind, fullLoadWatts } from '../power/cpu-kind';
import { normaliseBrand, powersText } from '../power/tdp';
import { CommandError } from './io';
import { oneOf } from '../present/words';

/** The facts about a device of the hardware tables that a planned job needs. */
export type Device = Pick<Accelerator, 'name' | 'watts' | 'note' | 'embodiedKilograms' | 'embodiedSource'>;

/**
 * Finds a device by name: an accelerator or a processor of the hardware tables; the maker may be left out.
 *
 * @throws CommandError with likely names if none or several match
 */
export async function findDevice(name: string): Promise<Device> {
  const { accelerators } = await loadAccelerators();
  const fitting = acceleratorsNamed(name, accelerators);
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
  const devices = accelerators.map((device) => ({ id: device.name, names: [device.name, shortName(device.name)] }));
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
