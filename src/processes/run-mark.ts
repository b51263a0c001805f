/**
 * Marks programs that a run starts with the id of the run, in their environment. A daemon leaves its process tree,
 * its group and its session, but keeps its environment.
 */
export const runMarkVariable = 'GREEN_ML_RUN_ID';

/** The mark in the text of `/proc/<pid>/environ`; null without one. */
export function markIn(environ: string): string | null {
  const name = `${runMarkVariable}=`;
  const at = environ.startsWith(name) ? 0 : environ.indexOf(`\0${name}`) + 1;
  if (at === 0 && !environ.startsWith(name)) return null;
  const end = environ.indexOf('\0', at);
  return environ.slice(at + name.length, end < 0 ? undefined : end) || null;
}
