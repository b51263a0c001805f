import * as v from 'valibot';
import {
  emptyChecklist,
  itemState,
  practiceState,
  tidyText,
  withChange,
  type ChecklistChange,
  type Checklist,
  type ItemState,
  type PracticeState,
} from './checklist';
import { anyObject, fits, notJson, parseJson, read } from '../system/shapes';
import { jsonErrorOffset } from './json-error';
import { practiceKey } from './practice';
import { practices } from './table';
import { english, type Translate } from '../present/l10n';

/** The path of the checklist in a project, with '/'. */
export const checklistPath = '.green-ml/checklist.json';

const currentVersion = 1;

/** Any JSON value. */
type Json = null | boolean | number | string | readonly Json[] | JsonObject;
interface JsonObject {
  readonly [name: string]: Json;
}

/**
 * What was read. `broken` and `newer` files are never written. `problem` is a sentence that says what to do, `line` is where
 * (1-based), if that is known.
 */
export type ChecklistReading =
  | { readonly kind: 'read'; readonly checklist: Checklist; readonly document: JsonObject }
  | { readonly kind: 'broken' | 'newer'; readonly problem: string; readonly line: number | null };

const isObject = (value: unknown): value is JsonObject => fits(anyObject, value);

/** Reads the text of the file. Null stands for a missing file, and gives an empty checklist. */
export function readChecklist(text: string | null, t: Translate = english): ChecklistReading {
  if (text === null) return { kind: 'read', checklist: emptyChecklist, document: {} };
  const conflict = lineOf(text, /^(<{7}|={7}|>{7})( |$)/m);
  if (conflict !== null) return broken(t('It contains an unfinished merge. Resolve the conflict.'), conflict);
  const json = text.replace(/^\uFEFF/, '');
  const document = parseJson(json);
  if (document === notJson) {
    return broken(
      t('It is not valid JSON. Fix it, or restore an earlier version.'),
      lineAt(json, jsonErrorOffset(json) ?? 0),
    );
  }
  if (!isObject(document)) return broken(t('It must contain a JSON object with "version" and "practices".'), 1);
  const { version } = document;
  if (typeof version === 'number' && version > currentVersion) {
    return {
      kind: 'newer',
      problem: t(
        'It was written by a newer version of Green ML (format {0}; this version reads {1}). Update the extension to use it.',
        version,
        currentVersion,
      ),
      line: null,
    };
  }
  if (version !== currentVersion)
    return broken(t('Its "version" must be {0}.', currentVersion), lineOf(text, /"version"/));
  return readPractices(document, text, t);
}

function readPractices(document: JsonObject, text: string, t: Translate): ChecklistReading {
  const listed = document['practices'] ?? {};
  if (!isObject(listed)) return broken(t('Its "practices" must be an object.'), lineOf(text, /"practices"/));
  const states = new Map<string, PracticeState>();
  for (const [key, value] of Object.entries(listed)) {
    // Searched only when it is needed, because a file may hold very many keys.
    const line = (): number | null => lineOf(text, new RegExp(`"${escapeExpression(key)}"`));
    if (!isObject(value)) return broken(t('"{0}" must be an object.', key), line());
    const { notApplicable: written, ...rest } = value;
    const notApplicable = written ?? false;
    if (notApplicable !== false && typeof notApplicable !== 'string') {
      return broken(t('"notApplicable" of "{0}" must be false, or a text with the reason.', key), line());
    }
    const items = new Map<string, ItemState>();
    for (const [id, item] of Object.entries(rest)) {
      const state = readItem(item);
      if (state === null) {
        const where = lineOf(text, new RegExp(`"${escapeExpression(id)}"`));
        return broken(t('"{0}" must be an object such as {1}.', id, '{ "done": true, "note": "why" }'), where);
      }
      items.set(id, state);
    }
    states.set(key, { notApplicable: notApplicable === false ? null : tidyText(notApplicable), items });
  }
  return { kind: 'read', checklist: { practices: states }, document };
}

const itemShape = v.object({ done: v.optional(v.boolean(), false), note: v.optional(v.nullable(v.string()), null) });

function readItem(item: Json): ItemState | null {
  const found = read(itemShape, item);
  return found === null ? null : { done: found.done, note: tidyText(found.note) };
}

/**
 * The new text of the file after a change, or the reason why it must not be written. Practices, items and properties that
 * this version does not know are kept.
 */
export function changeChecklistText(
  text: string | null,
  change: ChecklistChange,
): { readonly text: string } | { readonly problem: string } {
  const reading = readChecklist(text);
  if (reading.kind !== 'read') return { problem: reading.problem };
  const changed = formatChecklist(withChange(reading.checklist, change), reading.document);
  return { text: text?.includes('\r\n') === true ? changed.replaceAll('\n', '\r\n') : changed };
}

/**
 * All practices and items in the order of the table, ticked or not, with one line per item and an empty line between. A tick
 * then changes a single line, and Git merges the ticks of two people without a conflict.
 */
function formatChecklist(checklist: Checklist, document: JsonObject): string {
  const { version: _version, practices: listed, ...others } = document;
  const known = isObject(listed) ? listed : {};
  const keys = practices.map(({ number }) => practiceKey(number));
  const blocks = practices.map(({ number, items }) =>
    formatPractice(
      practiceState(checklist, number),
      objectAt(known, practiceKey(number)),
      items.map(({ id }) => id),
    ),
  );
  const unknown = Object.entries(known).filter(([key]) => !keys.includes(key));
  const entries = [
    ...keys.map((key, index) => `    ${quote(key)}: ${blocks[index] ?? '{}'}`),
    ...unknown.map(([key, value]) => `    ${quote(key)}: ${oneLine(value)}`),
  ];
  const properties = [
    `  "version": ${currentVersion}`,
    ...Object.entries(others).map(([key, value]) => `  ${quote(key)}: ${oneLine(value)}`),
    `  "practices": {\n${entries.join(',\n\n')}\n  }`,
  ];
  return `{\n${properties.join(',\n')}\n}\n`;
}

function formatPractice(state: PracticeState, stored: JsonObject, known: readonly string[]): string {
  const ids = [...known, ...[...state.items.keys()].filter((id) => !known.includes(id))];
  const lines = ids.map((id) => {
    const { done, note } = itemState(state, id);
    const { done: _done, note: _note, ...others } = objectAt(stored, id);
    return `      ${quote(id)}: ${oneLine({ done, ...(note === null ? {} : { note }), ...others })}`;
  });
  return `{\n${[...lines, `      "notApplicable": ${oneLine(state.notApplicable ?? false)}`].join(',\n\n')}\n    }`;
}

/** JSON on one line, with spaces: `{ "done": true, "note": "…" }`. */
function oneLine(value: Json): string {
  if (!isObject(value)) return Array.isArray(value) ? `[${value.map(oneLine).join(', ')}]` : JSON.stringify(value);
  const properties = Object.entries(value).map(([key, each]) => `${quote(key)}: ${oneLine(each)}`);
  return properties.length === 0 ? '{}' : `{ ${properties.join(', ')} }`;
}

const quote = (text: string): string => JSON.stringify(text);

function objectAt(parent: JsonObject, key: string): JsonObject {
  const value = Object.hasOwn(parent, key) ? parent[key] : undefined;
  return isObject(value) ? value : {};
}

function broken(problem: string, line: number | null): ChecklistReading {
  return { kind: 'broken', problem, line };
}

function lineOf(text: string, pattern: RegExp): number | null {
  const index = text.search(pattern);
  return index < 0 ? null : lineAt(text, index);
}

/** 1-based. */
function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

function escapeExpression(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
