/** The last part of a path of any platform: command lines contain Windows paths on Windows and in WSL. */
export function basename(path: string): string {
  return (
    path
      .split(/[\\/]/)
      .filter((part) => part !== '')
      .at(-1) ?? path
  );
}
