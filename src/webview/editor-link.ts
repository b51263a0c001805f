import * as v from 'valibot';

/** What VS Code gives a page to talk to its extension. */
interface EditorApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): EditorApi;

/** The types of the messages between the editor and one of its pages, and of what the page remembers. */
interface Protocol {
  readonly toPage: unknown;
  readonly fromPage: unknown;
  readonly memory: object;
}

const announceMilliseconds = 1000;

/** The page's side of the typed messages, and the little that it remembers while it is hidden. */
export class EditorLink<P extends Protocol> {
  private readonly api = acquireVsCodeApi();

  /** @param memory fits everything: what is missing or wrong is as at the first time */
  constructor(
    private readonly toPage: v.GenericSchema<unknown, P['toPage']>,
    private readonly memory: v.GenericSchema<unknown, P['memory']>,
  ) {}

  /** Only the editor can post to this page: its frame has an origin of its own. What does not fit is dropped. */
  onMessage(listener: (message: P['toPage']) => void): void {
    window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      const { success, output } = v.safeParse(this.toPage, data);
      if (success) listener(output);
    });
  }

  /**
   * Says that the page is ready, and repeats it each second until the editor answers: while a page is being shown or
   * hidden, the editor may believe that it is hidden and not answer.
   */
  announce(message: P['fromPage']): void {
    this.post(message);
    const again = setInterval(() => this.post(message), announceMilliseconds);
    window.addEventListener('message', () => clearInterval(again), { once: true });
  }

  post(message: P['fromPage']): void {
    this.api.postMessage(message);
  }

  recall(): P['memory'] {
    return v.parse(this.memory, this.api.getState());
  }

  remember(change: Partial<P['memory']>): void {
    this.api.setState({ ...this.recall(), ...change });
  }
}
