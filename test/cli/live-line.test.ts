import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import fc from 'fast-check';
import { LiveLine } from '../../src/cli/live-line';
import { TerminalScreen } from '../support/terminal-screen';

/** A terminal with a command in it, which prints numbered lines, and our live line. */
class Window extends EventEmitter {
  readonly screen: TerminalScreen;
  readonly events = new EventEmitter();
  readonly live: LiveLine;
  stops = 0;
  private printed = 0;

  constructor(
    public rows: number,
    public columns: number,
    canStop = true,
  ) {
    super();
    this.screen = new TerminalScreen(rows, columns);
    this.live = new LiveLine(this as unknown as NodeJS.WriteStream, {
      canStop,
      on: (name, listener) => void this.events.on(name, listener),
      off: (name, listener) => void this.events.off(name, listener),
      stop: () => void (this.stops += 1),
    });
  }

  write(text: string): boolean {
    this.screen.write(text);
    return true;
  }

  print(count = 1): void {
    for (let at = 0; at < count; at++) this.screen.write(`line ${(this.printed += 1)}\n`);
  }

  resize(rows: number, columns = this.columns): void {
    [this.rows, this.columns] = [rows, columns];
    this.screen.resize(rows, columns);
    this.emit('resize');
  }

  /** Every line that the command has printed is there once, in order. */
  check(): void {
    const lines = this.screen.everything.filter((line) => line.startsWith('line'));
    assert.deepEqual(
      lines,
      Array.from({ length: this.printed }, (_, index) => `line ${index + 1}`),
      this.screen.shown.join('\n'),
    );
  }
}

const live = (window: Window): readonly string[] => window.screen.shown.filter((line) => line.startsWith('⚡'));

describe('cli/live-line', () => {
  it('keeps the last row to itself while lines scroll above it', () => {
    const window = new Window(6, 40);
    window.print(2);
    window.live.show('⚡ one');
    window.print(9);
    window.live.show('⚡ two');
    window.check();
    assert.deepEqual(live(window), ['⚡ two']);
    assert.equal(window.screen.shown.at(-1), '⚡ two');
    window.live.dispose();
    window.print(3);
    window.check();
    assert.deepEqual(live(window), []);
    assert.equal(window.screen.scrollsWhole, true);
  });

  it('loses no line when the window gets smaller, or larger again', () => {
    const window = new Window(10, 40);
    window.live.show('⚡ x');
    window.print(15);
    window.resize(6);
    window.print(8);
    window.check();
    assert.equal(window.screen.shown.at(-1), '⚡ x');
    window.resize(12);
    window.print(20);
    window.live.show('⚡ y');
    window.check();
    assert.deepEqual(live(window), ['⚡ y']);
    assert.equal(window.screen.shown.at(-1), '⚡ y');
  });

  it('gives way in a window that is too small, and comes back', () => {
    const window = new Window(8, 40);
    window.live.show('⚡ x');
    window.resize(2);
    assert.equal(window.screen.scrollsWhole, true);
    window.live.show('⚡ y');
    window.print(4);
    window.resize(8);
    window.live.show('⚡ z');
    window.print(9);
    window.check();
    assert.deepEqual(live(window), ['⚡ z']);
  });

  it('leaves the terminal whole while it is suspended, and draws again after', () => {
    const window = new Window(8, 40);
    window.live.show('⚡ x');
    window.print(12);
    window.events.emit('SIGTSTP');
    assert.equal(window.stops, 1);
    assert.equal(window.screen.scrollsWhole, true);
    assert.deepEqual(live(window), []);
    // The shell prints, in the meantime.
    window.print(5);
    window.events.emit('SIGCONT');
    window.print(12);
    window.check();
    assert.deepEqual(live(window), ['⚡ x']);
  });

  it('does not suspend itself where no shell could continue it', () => {
    const window = new Window(8, 40, false);
    window.live.show('⚡ x');
    window.events.emit('SIGTSTP');
    assert.equal(window.stops, 0);
  });

  it('leaves the terminal whole when the meter ends in any other way', () => {
    const window = new Window(8, 40);
    window.live.show('⚡ x');
    window.events.emit('exit');
    assert.equal(window.screen.scrollsWhole, true);
    window.live.dispose();
    assert.equal(window.events.eventNames().length + window.listenerCount('resize'), 0);
  });

  it('loses nothing, in whatever order windows change, lines come and the run is suspended', () => {
    const act = fc.oneof(
      fc.record({ kind: fc.constant('print' as const), count: fc.integer({ min: 1, max: 15 }) }),
      fc.record({ kind: fc.constant('resize' as const), rows: fc.integer({ min: 2, max: 20 }) }),
      fc.constant({ kind: 'show' as const }),
      fc.constant({ kind: 'suspend' as const }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 20 }), fc.array(act, { maxLength: 25 }), (rows, acts) => {
        const window = new Window(rows, 40);
        window.live.show('⚡ x');
        for (const each of acts) {
          if (each.kind === 'print') window.print(each.count);
          else if (each.kind === 'resize') window.resize(each.rows);
          else if (each.kind === 'show') window.live.show('⚡ x');
          else {
            window.events.emit('SIGTSTP');
            window.events.emit('SIGCONT');
          }
          window.check();
          assert.ok(live(window).length <= 1);
        }
        window.live.dispose();
        window.print(3);
        window.check();
        assert.equal(window.screen.scrollsWhole, true);
      }),
    );
  });
});
