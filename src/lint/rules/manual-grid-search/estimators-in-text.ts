import { argumentsAt } from '../../engine/known-arguments';
import { estimatorPackages, howToCompute } from '../../libraries/sklearn/estimators';

const names = estimatorPackages.join('|');
const fromImport = new RegExp(
  String.raw`\bfrom\s{1,9}(?:${names})\b([\w.]*)\s{1,9}import\b\s*(\([^)]{0,5000}\)|[^\n]*)`,
  'g',
);
const plainImport = new RegExp(String.raw`\bimport\s[^\n]{0,200}\b(?:${names})\b`);
/** Modules of scikit-learn that hold no estimators. */
const others =
  /^\.?(?:model_selection|metrics|datasets|pipeline|compose|utils|inspection|grid_search|cross_validation)\b/;
const anyClass = String.raw`[A-Z]\w*`;
const identifier = /(?<![\w.])(?!(?:True|False|None)\b)[A-Za-z_]/;
const strings = /"[^"\n\\]*"|'[^'\n\\]*'/g;

/** The text is searched for each imported name, so nobody's program must have more of them. */
const mostNames = 200;

/**
 * Reads a text without parsing it: false only if no estimator is given two settings that are not literals, or a dict or list
 * that is unpacked.
 */
export function mayVaryEstimators(text: string): boolean {
  if (plainImport.test(text.replace(fromImport, '')) && takesSettings(text, String.raw`\.\s*${anyClass}`)) return true;
  let count = 0;
  // Each look at the text reads all of it, so all names are looked for at once.
  const classes: string[] = [];
  const modules: string[] = [];
  for (const [, path = '', imported = ''] of text.matchAll(fromImport)) {
    if (others.test(path)) continue;
    if (/\*|\bas\b|\\/.test(imported)) {
      if (takesSettings(text, String.raw`\b${anyClass}`)) return true;
      continue;
    }
    const each = imported.replace(/#[^\n]*/g, '').match(/\w+/g) ?? [];
    if ((count += each.length) > mostNames) return true;
    for (const name of each) {
      if (others.test(name)) continue;
      (/^[A-Z]/.test(name) ? classes : modules).push(name);
    }
  }
  const anyOf = (words: readonly string[]): string => `(?:${words.join('|')})`;
  if (classes.length > 0) {
    if (new RegExp(String.raw`=\s*${anyOf(classes)}\b(?!\s*[(.])`).test(text)) return true;
    if (takesSettings(text, String.raw`\b${anyOf(classes)}`)) return true;
  }
  return modules.length > 0 && takesSettings(text, String.raw`\b${anyOf(modules)}\s*\.[\s\w.]*`);
}

/** True if some call of this callee is given two settings that are not literals, or some that are unpacked. */
function takesSettings(text: string, callee: string): boolean {
  for (const { index, 0: found } of text.matchAll(new RegExp(String.raw`${callee}\s*\(`, 'g'))) {
    const given = argumentsAt(text, index + found.length);
    if (given === null || given.some((each) => each.startsWith('*')) || given.filter(isVaried).length > 1) return true;
  }
  return false;
}

function isVaried(argument: string): boolean {
  const [, name = '', value = argument] = /^(\w+)\s*=(?!=)([^]*)$/.exec(argument) ?? [];
  return !howToCompute.has(name) && identifier.test(value.replace(strings, '0'));
}
