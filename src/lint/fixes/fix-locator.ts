import { areApart } from './edits';
import { LineIndex, type LocatedEdit, type LocatedFix } from '../engine/findings';
import type { Edit, Fix } from '../engine/rule';
import type { TextOrigin } from '../engine/text-origin';

/** Finds the places of fixes in their file. */
export class FixLocator {
  private lines: LineIndex | null = null;

  /** @param isSound false if a part of the text could not be parsed: then no fix is safe */
  constructor(
    private readonly text: string,
    private readonly origin: Pick<TextOrigin, 'place'>,
    private readonly isSound: boolean,
    /** False within a string, where a quote may end it: in `f"{fit()}"`. */
    private readonly isCode: (offset: number) => boolean = () => true,
  ) {}

  /** The fixes that can be applied: their edits do not overlap, and each edit is within one cell. */
  locate(fixes: readonly Fix[]): readonly LocatedFix[] {
    return fixes.flatMap(({ title, safe, edits }) => {
      // Before Python 3.12 an expression in a string holds no quote of that string, no backslash and no comment.
      if (edits.some(({ start, text }) => /["'\\#\n]/.test(text) && !this.isCode(start))) return [];
      const places = edits.map((edit) => this.place(edit));
      const found = places.filter((edit) => edit !== null);
      if (found.length === 0 || found.length < places.length || !areApart(edits)) return [];
      return [{ title, safe: safe && this.isSound, edits: found }];
    });
  }

  /** Null if there is no edit, or if it spans several cells. */
  place(edit: Edit | null): LocatedEdit | null {
    if (edit === null) return null;
    const { start, end, text } = edit;
    this.lines ??= new LineIndex(this.text);
    return this.origin.place(this.lines.pointAt(start), this.lines.pointAt(end), text);
  }
}
