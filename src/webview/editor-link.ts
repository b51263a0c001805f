/** What VS Code gives a page to talk to its extension. */
interface EditorApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): EditorApi;

/** What an editor and one of its pages say to each other. */
export interface Protocol {
  readonly toPage: unknown;
  readonly fromPage: unknown;
}

const announceMilliseconds = 1000;

/** The page's side of the typed talk with the editor, and the little it remembers while it is hidden. */
export class EditorLink<P extends Protocol> {
  private readonly api = acquireVsCodeApi();

  /** Only the editor can post to this page: its frame has an origin of its own. */
  onMessage(listener: (message: P['toPage']) => void): void {
    window.addEventListener('message', (event: MessageEvent<P['toPage']>) => listener(event.data));
  }

  /**
   * Says that the page listens, again each second until the editor answers: while a page is being shown or hidden
   * the editor may take it for hidden and keep silent.
   */
  announce(message: P['fromPage']): void {
    this.post(message);
    const again = setInterval(() => this.post(message), announceMilliseconds);
    window.addEventListener('message', () => clearInterval(again), { once: true });
  }

  post(message: P['fromPage']): void {
    this.api.postMessage(message);
  }

  recall(): Readonly<Record<string, unknown>> {
    const state = this.api.getState();
    return typeof state === 'object' && state !== null ? { ...state } : {};
  }

  remember(change: Readonly<Record<string, unknown>>): void {
    this.api.setState({ ...this.recall(), ...change });
  }
}
