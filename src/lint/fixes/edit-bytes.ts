import type { DecodedText } from '../files/decode';
import { inOrder } from './edits';
import type { Edit } from '../engine/rule';

const byteOrderMark = [0xef, 0xbb, 0xbf];

/**
 * The bytes of a file after edits of its text. All bytes between the edits stay the same, whatever they encode.
 * @param edits offsets in the decoded text, which has no byte order mark; they do not overlap
 * @returns null if the file has a multi-byte encoding other than UTF-8, or if its encoding cannot express an edit
 */
export function editBytes(
  bytes: Uint8Array,
  { text, encoding }: DecodedText,
  edits: readonly Edit[],
): Uint8Array | null {
  const isUtf8 = encoding === 'utf-8';
  const sorted = inOrder(edits);
  if (!isUtf8 && (bytes.length !== text.length || sorted.some((edit) => !isAscii(edit.text)))) return null;
  const parts: Uint8Array[] = [];
  let done = 0;
  let byte = isUtf8 && byteOrderMark.every((value, index) => bytes[index] === value) ? byteOrderMark.length : 0;
  let from = 0;
  const lengthOf = (start: number, end: number): number =>
    isUtf8 ? Buffer.byteLength(text.slice(start, end)) : end - start;
  for (const { start, end, text: replacement } of sorted) {
    byte += lengthOf(done, start);
    parts.push(bytes.subarray(from, byte), Buffer.from(replacement));
    byte += lengthOf(start, end);
    from = byte;
    done = end;
  }
  return Buffer.concat([...parts, bytes.subarray(from)]);
}

const isAscii = (text: string): boolean => /^[\u0000-\u007f]*$/.test(text);
