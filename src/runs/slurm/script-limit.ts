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
 * before the first command count.
 */
export function scriptHours(script: string): number | null {
  for (const line of script.split('\n')) {
    if (line.trim() !== '' && !line.startsWith('#')) return null;
    const match = /^#SBATCH\s(?:.*\s)?(?:--time[=\s]|-t\s?)\s*"?([\d:-]+)"?(?:\s|$)/.exec(line);
    if (match?.[1] !== undefined) return limitHours(match[1]);
  }
  return null;
}
