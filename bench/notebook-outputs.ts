import * as v from 'valibot';
import { parseJson } from '../src/system/shapes';

const texts = v.optional(v.union([v.string(), v.array(v.string())]), '');

const notebook = v.object({
  cells: v.array(
    v.object({
      source: texts,
      outputs: v.optional(
        v.array(v.object({ text: texts, data: v.optional(v.object({ 'text/plain': texts }), {}) })),
        [],
      ),
    }),
  ),
});

/** The source and the printed text of each cell; none if the file is not a notebook as Jupyter writes it. */
export function readNotebookOutputs(json: string): readonly { readonly source: string; readonly output: string }[] {
  const { success, output: read } = v.safeParse(notebook, parseJson(json));
  const cells = success ? read.cells : [];
  return cells.map(({ source, outputs }) => ({
    source: [source].flat().join(''),
    output: outputs.map(({ text, data }) => [text, data['text/plain']].flat().join('')).join(''),
  }));
}
