/** As Jupyter writes a picture among the outputs of a cell. */
const image = /"image\/(?:png|jpeg)": ?"/g;

/**
 * The text of a notebook without its pictures, which are most of it and hold no word, so that a search for words need not read
 * them. It is no notebook any more.
 */
export function withoutImages(json: string): string {
  let rest = '';
  let from = 0;
  image.lastIndex = 0;
  for (let match = image.exec(json); match !== null; match = image.exec(json)) {
    const end = json.indexOf('"', image.lastIndex);
    if (end === -1) break;
    rest += json.slice(from, image.lastIndex);
    from = image.lastIndex = end;
  }
  return rest + json.slice(from);
}
