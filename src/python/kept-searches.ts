import { reachOf } from './pattern-reach';
import { changeBetween, type TextChange } from './text-change';

/** Where something was found in a text. What stands there is not kept: it would hold the text that it was cut from. */
interface TextMatch {
  readonly start: number;
  readonly end: number;
}

/** So many texts are remembered: what is edited, and what was made of it. */
const mostTexts = 4;

/** Answers by the text that was asked about, the last one first. */
const remembered: SearchedText[] = [];

/** True if a word or a match of a pattern stands in a text. After an edit only the lines around it are searched again. */
export const holds = (text: string, what: string | RegExp): boolean => searched(text).holds(what);

/** All matches of a pattern, which has the flag `g`, as `matchAll` gives them. Kept as `holds` keeps its answers. */
export const matchesIn = (text: string, pattern: RegExp): readonly TextMatch[] => searched(text).matches(pattern);

function searched(text: string): SearchedText {
  let index = remembered.findIndex((each) => each.text === text);
  if (index === -1) {
    index = remembered.findIndex((each) => each.isEditedTo(text));
    if (index === -1) index = remembered.push(new SearchedText(text)) - 1;
  }
  const [found = new SearchedText(text)] = index === 0 ? remembered : remembered.splice(index, 1);
  if (index > 0) remembered.unshift(found);
  if (remembered.length > mostTexts) remembered.length = mostTexts;
  return found;
}

/** After so many edits at which nobody asked for it, an answer is dropped: the words that are looked for change too. */
const mostUnasked = 2;

interface Answer<Found> {
  found: Found;
  /** Edits since it was asked for. */
  unasked: number;
}

/** The answers to one kind of question about a text. */
class Answers<Asked, Found> {
  private readonly known = new Map<Asked, Answer<Found>>();

  get(asked: Asked, find: () => Found): Found {
    let answer = this.known.get(asked);
    if (answer === undefined) this.known.set(asked, (answer = { found: find(), unasked: 0 }));
    answer.unasked = 0;
    return answer.found;
  }

  /** @param moved the answer after an edit; null if the whole text must be searched */
  move(moved: (asked: Asked, found: Found) => Found | null): void {
    for (const [asked, answer] of this.known) {
      const next = ++answer.unasked > mostUnasked ? null : moved(asked, answer.found);
      if (next === null) this.known.delete(asked);
      else answer.found = next;
    }
  }
}

/** What one text was searched for. */
class SearchedText {
  /** The offset of a match, -1 without one. */
  private readonly first = new Answers<string | RegExp, number>();
  private readonly all = new Answers<RegExp, readonly TextMatch[]>();

  constructor(public text: string) {}

  holds(what: string | RegExp): boolean {
    return this.first.get(what, () => firstIn(this.text, what)) !== -1;
  }

  matches(pattern: RegExp): readonly TextMatch[] {
    return this.all.get(pattern, () => matchesBetween(this.text, pattern, 0, this.text.length + 1));
  }

  /** Switches to an edited text and updates the answers. Returns false and changes nothing if the edit is too large. */
  isEditedTo(text: string): boolean {
    const change = changeBetween(this.text, text);
    if (change.newEnd - change.start > mostChanged || change.oldEnd - change.start > mostChanged) return false;
    const spans: (SearchSpan | null)[] = [];
    const spanOf = (what: string | RegExp): SearchSpan | null => {
      const reach = knownReach(what);
      return reach === null ? null : (spans[reach] ??= spanAround(text, change, reach));
    };
    this.first.move((what, at) => {
      const span = spanOf(what);
      return span === null ? null : movedFirst(what, at, span);
    });
    this.all.move((pattern, found) => {
      const span = spanOf(pattern);
      return span === null ? null : movedMatches(pattern, found, span);
    });
    this.text = text;
    return true;
  }
}

/** What changes more than this is another text. */
const mostChanged = 2000;

const reaches = new WeakMap<RegExp, { readonly reach: number | null }>();

function knownReach(what: string | RegExp): number | null {
  // A word is on one line.
  if (typeof what === 'string') return what.includes('\n') ? null : 0;
  let known = reaches.get(what);
  if (known === undefined) reaches.set(what, (known = { reach: reachOf(what) }));
  return known.reach;
}

/** The part of an edited text in which matches must be looked for again: whole lines. */
interface SearchSpan {
  readonly start: number;
  /** Behind the end of its last line, and the same place before the edit. */
  readonly end: number;
  readonly oldEnd: number;
  /** The text before it, with as much of what is behind it as what begins in it may reach. */
  readonly upTo: string;
  /** The same without the text before it. */
  readonly part: string;
}

function spanAround(text: string, { start, oldEnd, newEnd }: TextChange, reach: number): SearchSpan {
  let from = text.lastIndexOf('\n', start - 1) + 1;
  if (start === 0) from = 0;
  for (let line = 0; line < reach; line++) {
    // Up to the last line that is not blank: what begins on it may reach into the change, what begins before it does not.
    const before = text.slice(0, from).trimEnd().length;
    from = before === 0 ? 0 : text.lastIndexOf('\n', before - 1) + 1;
  }
  const newline = text.indexOf('\n', newEnd);
  const end = newline === -1 ? text.length + 1 : newline + 1;
  let reached = Math.min(end, text.length);
  for (let line = 0; line < reach; line++) {
    while (reached < text.length && text.charAt(reached).trim() === '') reached++;
    const next = text.indexOf('\n', reached);
    reached = next === -1 ? text.length : next;
  }
  const upTo = text.slice(0, reached);
  return { start: from, end, oldEnd: end + oldEnd - newEnd, upTo, part: upTo.slice(from) };
}

function firstIn(text: string, what: string | RegExp): number {
  if (typeof what === 'string') return text.indexOf(what);
  what.lastIndex = 0;
  const at = what.exec(text)?.index ?? -1;
  what.lastIndex = 0;
  return at;
}

/** Where something stands after an edit; null if the whole text must be searched. */
function movedFirst(what: string | RegExp, at: number, span: SearchSpan): number | null {
  if (at !== -1 && at < span.start) return at;
  if (at >= span.oldEnd) return at + span.end - span.oldEnd;
  const found = firstIn(span.part, what);
  if (found !== -1 && span.start + found < span.end) return span.start + found;
  // The match that was known is gone, and there may be others.
  return at === -1 ? -1 : null;
}

/** All matches after an edit; null if the whole text must be searched. */
function movedMatches(
  pattern: RegExp,
  found: readonly TextMatch[],
  { start, end, oldEnd, upTo }: SearchSpan,
): readonly TextMatch[] | null {
  let first = 0;
  while (first < found.length && (found[first]?.start ?? 0) < start) first++;
  let last = first;
  while (last < found.length && (found[last]?.start ?? 0) < oldEnd) last++;
  const within = matchesBetween(upTo, pattern, start, end);
  // Where a match goes over the border, those behind it depend on where it ends.
  const isOver = (match: TextMatch | undefined, border: number): boolean => match !== undefined && match.end > border;
  if (isOver(found[first - 1], start) || isOver(found[last - 1], oldEnd) || isOver(within.at(-1), end)) return null;
  const moved = end - oldEnd;
  const after = found.slice(last);
  return [
    ...found.slice(0, first),
    ...within,
    ...(moved === 0 ? after : after.map((match) => ({ start: match.start + moved, end: match.end + moved }))),
  ];
}

/** The matches that begin in a part of a text. */
function matchesBetween(text: string, pattern: RegExp, start: number, end: number): readonly TextMatch[] {
  const matches: TextMatch[] = [];
  pattern.lastIndex = start;
  for (let match = pattern.exec(text); match !== null && match.index < end; match = pattern.exec(text)) {
    matches.push({ start: match.index, end: match.index + match[0].length });
    if (match[0] === '') pattern.lastIndex++;
  }
  pattern.lastIndex = 0;
  return matches;
}
