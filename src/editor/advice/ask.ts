import { l10n, window } from 'vscode';

/**
 * Questions stay open when focus moves. Otherwise a page that had focus takes it back when the Command Palette closes,
 * and closes the first question. Escape still closes them.
 */
export const staysOpen = { ignoreFocusOut: true } as const;

/** The result of an input box: a value or nothing (left empty); null if it was dismissed. */
type Typed<T> = { readonly value: T | null } | null;

/** Asks for a number above 0; empty means none. */
export async function askNumber(title: string, prompt: string, current: number | null): Promise<Typed<number>> {
  const text = await window.showInputBox({
    ...staysOpen,
    title,
    prompt: `${prompt} ${l10n.t('Leave empty for none.')}`,
    value: current === null ? '' : String(current),
    validateInput: (written) =>
      written.trim() === '' || Number(written) > 0 ? null : l10n.t('Enter a number above 0.'),
  });
  return text === undefined ? null : { value: text.trim() === '' ? null : Number(text) };
}

/** Asks for a number above 0 without which there is no answer; null if dismissed. */
export async function askNeededNumber(title: string, prompt: string, current: number | null): Promise<number | null> {
  const text = await window.showInputBox({
    ...staysOpen,
    title,
    prompt,
    value: current === null ? '' : String(current),
    validateInput: (written) => (Number(written) > 0 ? null : l10n.t('Enter a number above 0.')),
  });
  return text === undefined ? null : Number(text);
}

/** Asks for text. `check` returns what is wrong with it, or null; empty means none. */
export async function askText(
  title: string,
  prompt: string,
  current: string | null,
  check: (text: string) => string | null,
): Promise<Typed<string>> {
  const text = await window.showInputBox({
    ...staysOpen,
    title,
    prompt: `${prompt} ${l10n.t('Leave empty for none.')}`,
    value: current ?? '',
    validateInput: (written) => (written.trim() === '' ? null : check(written.trim())),
  });
  return text === undefined ? null : { value: text.trim() === '' ? null : text.trim() };
}
