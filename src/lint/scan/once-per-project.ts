/** What a project says once: which of its files says it. */
export class OncePerProject<File> {
  private readonly speakers = new Map<string, File | null>();
  private readonly heard = new Set<File>();

  /** True if a file says something: it asked first, or has said it before. */
  mayShow(once: string, file: File): boolean {
    const speaker = this.speakers.get(once);
    if (speaker === undefined) {
      this.speakers.set(once, file);
      this.heard.add(file);
    }
    return speaker === undefined || speaker === file;
  }

  /** Nothing is left to say about it. */
  settle(once: string): void {
    this.speakers.set(once, null);
  }

  /** True if a file says something. */
  isSaid(once: string): boolean {
    return (this.speakers.get(once) ?? null) !== null;
  }

  /** Another file may say what this one has said. */
  forget(file: File): void {
    if (!this.heard.delete(file)) return;
    for (const [once, speaker] of this.speakers) if (speaker === file) this.speakers.delete(once);
  }
}
