/** The values that `sacct` and `sinfo` print. What they do not know is null, never 0. */

/** `NO_VAL` and `INFINITE` of Slurm, in 32 and 64 bits: they stand for an unknown number. */
const unknown32 = [4_294_967_294, 4_294_967_295];
const unknown64 = 18_446_744_073_709_000_000;

/** A whole number; null for an empty field and for the large numbers with which Slurm says that it does not know. */
export function countOf(text: string): number | null {
  if (!/^\d{1,20}$/.test(text)) return null;
  const number = Number(text);
  return number >= unknown64 || unknown32.includes(number) ? null : number;
}

/** Seconds of "1-02:03:04", "02:03:04", "03:04.567"; null for `UNLIMITED`, `Partition_Limit` and the like. */
export function secondsOf(text: string): number | null {
  const match = /^(?:(\d{1,7})-)?(?:(\d{1,7}):)?(\d{1,7}):(\d{1,2}(?:\.\d{1,9})?)$/.exec(text);
  if (match === null) return null;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match
    .slice(1)
    .map((part: string | undefined) => Number(part ?? 0));
  return ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
}

const unitSteps = 'KMGTPE';

/** Bytes of "4000M", "3068K", "1.50G"; units are powers of 1024. */
export function bytesOf(text: string): number | null {
  const match = /^(\d{1,18}(?:\.\d{1,9})?)([KMGTPE]?)$/.exec(text);
  if (match === null) return null;
  const bytes = Number(match[1]) * 1024 ** (unitSteps.indexOf(match[2] === '' ? ' ' : (match[2] ?? ' ')) + 1);
  return bytes >= unknown64 ? null : bytes;
}

/** Resources by name: "cpu=4,mem=100M,gres/gpu:a100=2". */
export function resourcesOf(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split(',').flatMap((part): readonly [string, string][] => {
      const at = part.lastIndexOf('=');
      return at <= 0 ? [] : [[part.slice(0, at), part.slice(at + 1)]];
    }),
  );
}

/**
 * Milliseconds since the epoch; null for `Unknown`, `None` and `N/A`. We ask for seconds since the epoch. The other form,
 * which some wrappers of `sacct` print nevertheless, is on the clock of this process.
 */
export function momentOf(text: string): number | null {
  if (/^\d{1,11}$/.test(text)) return text === '0' ? null : Number(text) * 1000;
  const match = /^(\d{4})-(\d\d)-(\d\d)[T-](\d\d):(\d\d):(\d\d)$/.exec(text);
  if (match === null) return null;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  const at = new Date(year, month - 1, day, hour, minute, second).getTime();
  return Number.isFinite(at) && at > 0 ? at : null;
}

/** "CANCELLED by 1000" is "CANCELLED". */
export function stateOf(text: string): string {
  return (text.split(' ', 1)[0] ?? '').replace(/\+$/, '');
}

/** Nothing runs in more nodes. */
const mostNodes = 200_000;

/** The names in "nid[001002,001004-001006],login1"; null if it names none, or if it is not such a list. */
export function nodeNames(list: string): readonly string[] | null {
  if (list === '' || list === 'None assigned' || list === '(null)') return null;
  const names: string[] = [];
  for (const part of commaParts(list)) if (!expand(part, names)) return null;
  return names;
}

/** The parts between commas that are in no brackets. */
function commaParts(list: string): readonly string[] {
  const parts: string[] = [];
  let from = 0;
  let isInside = false;
  for (let at = 0; at <= list.length; at += 1) {
    const letter = list[at] ?? ',';
    if (letter === '[') isInside = true;
    else if (letter === ']') isInside = false;
    else if (letter === ',' && (!isInside || at === list.length)) {
      parts.push(list.slice(from, at));
      from = at + 1;
    }
  }
  return parts;
}

/** Adds the names of one part; false if it is no list of nodes. Several brackets multiply: "rack[0-1]n[1-2]". */
function expand(part: string, names: string[]): boolean {
  const open = part.indexOf('[');
  if (open < 0) {
    if (part === '' || part.includes(']') || names.length >= mostNodes) return false;
    names.push(part);
    return true;
  }
  const close = part.indexOf(']', open);
  if (close < 0) return false;
  const [before, after] = [part.slice(0, open), part.slice(close + 1)];
  for (const range of part.slice(open + 1, close).split(',')) {
    const match = /^(\d{1,12})(?:-(\d{1,12}))?$/.exec(range);
    if (match === null) return false;
    const [, first = '', last = first] = match;
    if (Number(last) - Number(first) >= mostNodes) return false;
    for (let number = Number(first); number <= Number(last); number += 1)
      if (!expand(`${before}${String(number).padStart(first.length, '0')}${after}`, names)) return false;
  }
  return true;
}
