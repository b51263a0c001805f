import * as v from 'valibot';
import { parseFitting } from '../system/shapes';
import { firstMessage } from './first-message';

/** The API that VS Code provides to a page. */
interface EditorApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): EditorApi;

/** The types of the messages between the editor and a page, and of what the page remembers. */
interface Protocol {
  readonly toPage: unknown;
  readonly fromPage: unknown;
  readonly memory: object;
}

const announceMilliseconds = 1000;

/** Sends and receives typed messages on the page's side, and keeps the page's memory while it is hidden. */
export class EditorLink<P extends Protocol> {
  private readonly api = acquireVsCodeApi();

  /** @param memory must accept any value: missing or wrong members get their initial values */
  constructor(
    private readonly toPage: v.GenericSchema<unknown, P['toPage']>,
    private readonly memory: v.GenericSchema<unknown, P['memory']>,
  ) {}

  /** Messages that do not fit are dropped. Only the editor can post here, because the frame has an origin of its own. */
  onMessage(listener: (message: P['toPage']) => void): void {
    window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      const { success, output } = v.safeParse(this.toPage, data);
      if (success) listener(output);
    });
  }

  /** The message that came with the page; null if none did, or it does not fit. */
  first(): P['toPage'] | null {
    const text = document.getElementById(firstMessage)?.textContent ?? '';
    return parseFitting(this.toPage, text);
  }

  /**
   * Reports that the page is ready, and repeats this each second until the editor answers. While a page is being shown or
   * hidden, the editor may think that it is hidden and not answer.
   */
  announce(message: P['fromPage']): void {
    this.post(message);
    const timer = setInterval(() => this.post(message), announceMilliseconds);
    window.addEventListener('message', () => clearInterval(timer), { once: true });
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
