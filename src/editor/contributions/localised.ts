import { settingsRoot } from './links';

/** A part of package.json with keys instead of texts, and the texts by key. */
export interface Localised<Part> {
  readonly part: Part;
  readonly texts: Readonly<Record<string, string>>;
}

/** The properties of contributions that people read. Others are identifiers, conditions and values. */
const read: ReadonlySet<string> = new Set([
  'title',
  'displayName',
  'label',
  'description',
  'userDescription',
  'markdownDescription',
  'enumDescriptions',
  'name',
  'contents',
  'altText',
]);

/** For programs and language models, whatever the properties in it are called. */
const notRead: ReadonlySet<string> = new Set(['inputSchema']);

/** Names, the same in every language. */
const names: ReadonlySet<string> = new Set(['Green ML']);

/**
 * Replaces the texts by keys such as `%command.runs.showLast.title%`, which VS Code looks up in package.nls.json and its
 * translations. A key is made of the identifiers on the way to its text, so that it survives when others move.
 *
 * @throws if two texts would have the same key
 */
export function localised<Part>(part: Part): Localised<Part> {
  const texts: Record<string, string> = {};
  const keep = (path: readonly string[], text: string): string => {
    const key = path.join('.');
    if (texts[key] !== undefined && texts[key] !== text) throw new Error(`Two texts have the key ${key}.`);
    texts[key] = text;
    return `%${key}%`;
  };
  const walk = (value: unknown, path: readonly string[], property: string): unknown => {
    if (notRead.has(property)) return value;
    if (Array.isArray(value))
      return value.map((each: unknown, index) =>
        walk(each, [...path, ...(identifierOf(each) ?? [String(index + 1)])], property),
      );
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(
        Object.entries(value).map(([name, each]) => [
          name,
          name === 'name' && isTool(value) ? each : walk(each, [...path, ...withoutPrefix(name)], name),
        ]),
      );
    return typeof value === 'string' && read.has(property) && !names.has(value) ? keep(path, value) : value;
  };
  return { part: walk(part, [], '') as Part, texts };
}

/** Its name is an identifier, and people read another. */
const isTool = (value: object): value is { readonly name: unknown } => 'displayName' in value;

/** What distinguishes an element of a list, whatever its place. */
function identifierOf(element: unknown): readonly string[] | null {
  if (typeof element !== 'object' || element === null) return null;
  const { id, command, view, name } = element as Readonly<Record<string, unknown>>;
  const found = [id, command, view, ...(isTool(element) ? [name] : [])].find((each) => typeof each === 'string');
  return found === undefined ? null : withoutPrefix(found);
}

/** What all ids or all texts have distinguishes nothing. */
const withoutPrefix = (name: string): readonly string[] =>
  name.split('.').filter((part) => part !== settingsRoot && part !== 'contributes');
