/** The text of a source file, without its byte order mark. */
export interface DecodedText {
  readonly text: string;
  /** As Node names it: `utf-8`, or what the file declares. */
  readonly encoding: string;
}

/** A text, or a sentence that says why it cannot be read. */
type Decoded = DecodedText | { readonly problem: string };

/** Notebooks contain images, but nobody reads larger ones. */
const mostBytes = 64 * 1024 * 1024;

/** Encodings that a Python file may declare and that Node can read, besides UTF-8. */
const encodingComment = /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/;

export function decodeSource(bytes: Uint8Array): Decoded {
  if (bytes.length > mostBytes) return { problem: `It is too large to lint (${Math.round(bytes.length / 1e6)} MB).` };
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    return { problem: 'It is UTF-16, which Python cannot read. Save it as UTF-8.' };
  }
  const utf8 = decode(bytes, 'utf-8');
  const declared = utf8 === null ? declaredEncoding(bytes) : null;
  const text = utf8 ?? decode(bytes, declared);
  if (text === null)
    return { problem: 'It is not UTF-8 text. Save it as UTF-8, or declare its encoding in the first line.' };
  if (text.includes('\0')) return { problem: 'It contains null bytes, which Python cannot read.' };
  return { text, encoding: utf8 === null ? (declared ?? '') : 'utf-8' };
}

function declaredEncoding(bytes: Uint8Array): string | null {
  const head = Buffer.from(bytes.subarray(0, 400)).toString('latin1').split('\n').slice(0, 2);
  const declared = head.map((line) => encodingComment.exec(line)?.[1]).find((name) => name !== undefined);
  // Python's name for it is not in the web's list of encodings.
  return declared === undefined ? null : /^(?:latin[-_]1|l1)$/i.test(declared) ? 'latin1' : declared;
}

function decode(bytes: Uint8Array, encoding: string | null): string | null {
  if (encoding === null) return null;
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    // Node does not know the encoding, or the bytes are not valid in it.
    return null;
  }
}
