/**
 * Recognises files whose content is not what their name says: an unfetched Git LFS file, a saved web page, an unfinished
 * merge.
 *
 * @returns one sentence for people that says what to do; null if it is none of these
 */
export function strangeText(text: string): string | null {
  const start = text
    .slice(0, 2000)
    .replace(/^\ufeff/, '')
    .trimStart();
  if (/^version https:\/\/git-lfs\.github\.com\/spec\//.test(start))
    return 'It is a Git LFS pointer: fetch the file itself with "git lfs pull".';
  if (/^(?:<!doctype html|<html|<head|<\?xml[^>]*>\s*<!doctype html)/i.test(start))
    return 'It is an HTML page, saved in place of the file: download the raw file.';
  if (/^<{7} .*$/m.test(text) && /^={7}\r?$/m.test(text) && /^>{7} .*$/m.test(text))
    return 'It contains markers of a merge conflict: resolve it first.';
  return null;
}
