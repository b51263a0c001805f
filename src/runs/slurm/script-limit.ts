/** The time limit of a job script for Slurm. */

/** Hours of a limit: "30" minutes, "30:00", "1:00:00", "2-12", "2-12:30", "2-12:30:00"; null if it is none. */
export function limitHours(text: string): number | null {
  const match = /^(?:(\d{1,5})-)?(\d{1,7})(?::(\d{1,4}))?(?::(\d{1,4}))?$/.exec(text);
  if (match === null) return null;
  const [days, first = 0, second, third] = match
    .slice(1)
    .map((part: string | undefined) => (part === undefined ? undefined : Number(part)));
  const hours =
    days !== undefined
      ? days * 24 + first + (second ?? 0) / 60 + (third ?? 0) / 3600
      : third !== undefined
        ? first + (second ?? 0) / 60 + third / 3600
        : first / 60 + (second ?? 0) / 3600;
  return hours > 0 ? hours : null;
}

/**
 * The hours that a script asks for with `#SBATCH --time` or `-t`; null if it asks for none. As Slurm does, only the lines
 * before the first command count, and of several limits the last one.
 */
export function scriptHours(script: string): number | null {
  let hours: number | null = null;
  for (const line of script.split('\n')) {
    if (line.trim() !== '' && !line.startsWith('#')) break;
    if (!line.startsWith('#SBATCH')) continue;
    const words = wordsOf(line.slice('#SBATCH'.length));
    for (const [index, word] of words.entries()) {
      const limit = word === '--time' || word === '-t' ? words[index + 1] : valueOf(word);
      if (limit !== undefined) hours = limitHours(limit);
    }
  }
  return hours;
}

/** What stands behind the name of the option in one word: "--time=30", "-t30". */
function valueOf(word: string): string | undefined {
  const name = ['--time=', '-t'].find((each) => word.startsWith(each));
  return name === undefined ? undefined : word.slice(name.length);
}

/** The words of a line with options, as Slurm reads them: in quotes of both kinds, with escapes, until a comment. */
function wordsOf(line: string): readonly string[] {
  const words: string[] = [];
  let word: string | null = null;
  let quote = '';
  for (let at = 0; at < line.length; at += 1) {
    const letter = line[at] ?? '';
    if (quote !== '' && letter === quote) quote = '';
    else if (quote === '' && (letter === '"' || letter === "'")) [quote, word] = [letter, word ?? ''];
    else if (letter === '\\') word = `${word ?? ''}${line[((at += 1))] ?? ''}`;
    else if (quote === '' && letter === '#') break;
    else if (quote === '' && letter.trim() === '') {
      if (word !== null) words.push(word);
      word = null;
    } else word = `${word ?? ''}${letter}`;
  }
  return word === null ? words : [...words, word];
}
