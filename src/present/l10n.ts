/**
 * Gives a text of the interface in the person's language: {0} stands for the first value. The English text is the key, and
 * it is written where it is used, so that `npm run l10n` finds it.
 */
export type Translate = (text: string, ...values: (string | number)[]) => string;

/** English, for the terminal, reports and tests. */
export const english: Translate = (text, ...values) =>
  values.length === 0
    ? text
    : text.replace(/\{(\d+)\}/g, (whole, index: string) => String(values[Number(index)] ?? whole));

/** Marks texts of a table, which are translated where they are shown. */
export const localisable = <const Texts>(texts: Texts): Texts => texts;

/**
 * Translates a word that means several things, such as "Open" of a task and of a button. Its key is "Open/task".
 *
 * @param context what the word is said of
 */
export function inContext(t: Translate, text: string, context: string): string {
  const key = `${text}/${context}`;
  const given = t(key);
  return given === key ? text : given;
}

/** Translates with the texts of a language, by the English ones; what is missing stays English. */
export function translator(texts: Readonly<Record<string, string>>): Translate {
  return (text, ...values) => english(Object.hasOwn(texts, text) ? (texts[text] ?? text) : text, ...values);
}
