import type { FileState } from '../../system/file-state';

/**
 * A file that changes twice within this time may get the same time twice. The kernel's clock ticks every 1 to 10 ms, and
 * some file systems keep whole seconds, or every other one.
 */
const fineGrainMilliseconds = 100;
const coarseGrainMilliseconds = 2000;

/**
 * Whether a later change of a file would be seen in its times. Otherwise, as in git, the state says nothing, and the file
 * is read again.
 * @param readAt when reading began, milliseconds since the Unix epoch
 */
export function isSettled({ changedAt, touchedAt }: FileState, readAt: number): boolean {
  return [changedAt, touchedAt].every((time) => {
    const grain = time % 1000 === 0 ? coarseGrainMilliseconds : fineGrainMilliseconds;
    return time + grain < readAt;
  });
}
