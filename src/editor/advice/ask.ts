import { window } from 'vscode';

/**
 * Questions of a command stay open when the focus moves: a page that had it takes it back when the palette closes, and
 * would close the first question with that. Escape leaves.
 */
export const staysOpen = { ignoreFocusOut: true } as const;

/** What an input box gave: a value, nothing (left empty), or null where the person went away. */
export type Typed<T> = { readonly value: T | null } | null;

/** Asks for a number above 0; an empty answer is none. */
export async function askNumber(title: string, prompt: string, current: number | null): Promise<Typed<number>> {
  const text = await window.showInputBox({
    ...staysOpen,
    title,
    prompt: `${prompt} Leave it empty for none.`,
    value: current === null ? '' : String(current),
    validateInput: (written) => (written.trim() === '' || Number(written) > 0 ? null : 'Write a number above 0.'),
  });
  return text === undefined ? null : { value: text.trim() === '' ? null : Number(text) };
}

/** Asks for a text that `check` accepts (null) or explains; an empty answer is none. */
export async function askText(
  title: string,
  prompt: string,
  current: string | null,
  check: (text: string) => string | null,
): Promise<Typed<string>> {
  const text = await window.showInputBox({
    ...staysOpen,
    title,
    prompt: `${prompt} Leave it empty for none.`,
    value: current ?? '',
    validateInput: (written) => (written.trim() === '' ? null : check(written.trim())),
  });
  return text === undefined ? null : { value: text.trim() === '' ? null : text.trim() };
}
