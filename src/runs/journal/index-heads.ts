/** The size of a block. A longer head gets a block of its own. */
const blockBytes = 1 << 18;
const blank = 0x20;
/** What may stand encoded in the index; ids of ours have nothing of it. */
const unusual = /[^\w.-]/;

/**
 * The heads of the index's lines, as bytes in a few large blocks: an object for each of 100,000 runs takes several times
 * their memory, and the garbage collector would look at all of them again and again.
 *
 * The lines of runs mostly are in the order of their ids, as are the runs that are asked for, so that each is found
 * after the one before. Where they are not, a map has the last head of each run.
 */
export class IndexHeads {
  private readonly blocks: Buffer[] = [];
  /** How much of the last block is in use. */
  private used = blockBytes;
  /** By the number of a head: where its line begins in the index, its block, and where it begins and ends in that. */
  private readonly lines: number[] = [];
  private readonly blockOf: number[] = [];
  private readonly starts: number[] = [];
  private readonly ends: number[] = [];
  /** The number of the last head of each run, by its encoded id; null as long as heads are in the order of ids. */
  private numbers: Map<string, number> | null = null;
  /** The head after the one that was found last. */
  private next = 0;

  /** The number of runs. */
  get runs(): number {
    return this.numbers?.size ?? this.lines.length;
  }

  /** The number of heads, also those that a later one replaces. */
  get count(): number {
    return this.lines.length;
  }

  /** Adds the head that stands in these bytes; it replaces an earlier one of its run. `line` is where its line begins. */
  add(line: number, bytes: Uint8Array, from: number, to: number): void {
    const length = to - from;
    if (this.used + length > blockBytes) {
      this.blocks.push(Buffer.allocUnsafeSlow(Math.max(blockBytes, length)));
      this.used = 0;
    }
    this.blocks.at(-1)?.set(bytes.subarray(from, to), this.used);
    const number = this.lines.length;
    this.lines.push(line);
    this.blockOf.push(this.blocks.length - 1);
    this.starts.push(this.used);
    this.used += length;
    this.ends.push(this.used);
    if (this.numbers !== null) this.numbers.set(this.idOf(number), number);
    else if (number > 0 && !this.isAfter(number, number - 1))
      this.numbers = new Map(this.lines.map((_, each) => [this.idOf(each), each]));
  }

  /** The number of the last head of a run; null if there is none. */
  numberOf(id: string): number | null {
    const encoded = encodedId(id);
    if (this.numbers !== null) return this.numbers.get(encoded) ?? null;
    let number = this.next;
    if (number >= this.lines.length || this.compare(encoded, number) !== 0) {
      number = this.place(encoded);
      if (number >= this.lines.length || this.compare(encoded, number) !== 0) return null;
    }
    this.next = number + 1;
    return number;
  }

  text(number: number): string {
    return this.blocks[this.blockOf[number] ?? 0]?.toString('latin1', this.starts[number], this.ends[number]) ?? '';
  }

  /** Where the line of a head begins in the index. */
  lineAt(number: number): number {
    return this.lines[number] ?? NaN;
  }

  private idOf(number: number): string {
    const text = this.text(number);
    return text.slice(0, text.indexOf(' '));
  }

  /** The number of the first head whose id is not before this one. */
  private place(encoded: string): number {
    let [from, to] = [0, this.lines.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (this.compare(encoded, middle) > 0) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  /** Whether the id of a head is after that of another one. No id has a blank, which is before all characters of ids. */
  private isAfter(number: number, other: number): boolean {
    const [block, otherBlock] = [this.blocks[this.blockOf[number] ?? 0], this.blocks[this.blockOf[other] ?? 0]];
    const [start, otherStart] = [this.starts[number] ?? 0, this.starts[other] ?? 0];
    for (let index = 0; ; index += 1) {
      const byte = block?.[start + index] ?? blank;
      const otherByte = otherBlock?.[otherStart + index] ?? blank;
      if (byte !== otherByte) return byte > otherByte;
      if (byte === blank) return false;
    }
  }

  /** Negative if an id is before that of a head, 0 if it is the same. */
  private compare(encoded: string, number: number): number {
    const block = this.blocks[this.blockOf[number] ?? 0];
    const start = this.starts[number] ?? 0;
    for (let index = 0; index < encoded.length; index += 1) {
      const difference = encoded.charCodeAt(index) - (block?.[start + index] ?? blank);
      if (difference !== 0) return difference;
    }
    return blank - (block?.[start + encoded.length] ?? blank);
  }
}

/** The id of a run as it stands in the index. */
export function encodedId(id: string): string {
  return unusual.test(id) ? encodeURIComponent(id) : id;
}
