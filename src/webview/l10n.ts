import * as v from 'valibot';
import { translator, type Translate } from '../present/l10n';
import { parseFitting } from '../system/shapes';
import { textsBlock } from './texts-block';

/** The texts that the editor wrote into the page; none in English. */
function pageTexts(): Readonly<Record<string, string>> {
  return parseFitting(v.record(v.string(), v.string()), document.getElementById(textsBlock)?.textContent ?? '') ?? {};
}

/** Gives a text of the page in the person's language. */
export const t: Translate = translator(pageTexts());
