import { CatBoostReader } from './catboost';
import { unitRank, type EpochEvent, type FrameworkReader, type ProgressUpdate } from './epoch-event';
import { FastaiReader } from './fastai';
import { FinalResults } from './final-results';
import { HuggingFaceReader } from './hugging-face';
import { IgniteReader } from './ignite';
import { IterationsReader } from './iterations';
import { JsonLinesReader } from './json-lines';
import { KerasReader } from './keras';
import { LightGBMReader } from './lightgbm';
import { LightningReader } from './lightning';
import { MMEngineReader } from './open-mmlab';
import { OptunaReader } from './optuna';
import { OutputLines } from './output-lines';
import { PlainReader } from './plain';
import { PhrasesReader } from './phrases';
import { SearchesReader } from './searches';
import { SklearnReader } from './sklearn';
import { StableBaselinesReader } from './stable-baselines';
import { TableReader } from './table';
import { TimmReader } from './timm';
import { TqdmReader } from './tqdm';
import { XGBoostReader } from './xgboost';
import { YoloReader } from './yolo';

/** How much a reader counts: a framework's own output has precedence over bars and lines that could mean anything. */
interface RankedReader {
  readonly reader: FrameworkReader;
  readonly generic: boolean;
  /** It reads a history of epochs that scripts print again at the end. */
  readonly history?: boolean;
}

/**
 * Lines without a digit that some reader knows: headers of tables, messages of a framework before it trains. All
 * others contain no progress, and chatty programs print many of them.
 */
const knownWords = /epoch|iter|GPU|TPU|Sanity|Train|Modules|Class|classes|stud|Eval|trial|loss|Engine|---|\||^ {3}/i;

/** A training has far fewer metrics. */
const mostNames = 200;

/**
 * Reads a training's progress from its output, whatever framework writes it. Feed it every chunk of standard output
 * and error as it arrives. Time is linear in the length of the text, and memory is bounded.
 */
export class ProgressReader {
  private readonly lines = new OutputLines();
  /** A line goes to the first reader that knows it; specific readers come before general ones. */
  private readonly sources: readonly RankedReader[] = [
    { reader: new YoloReader(), generic: false },
    { reader: new OptunaReader(), generic: false },
    { reader: new SearchesReader(), generic: false },
    { reader: new HuggingFaceReader(), generic: false },
    { reader: new LightningReader(), generic: false },
    { reader: new FastaiReader(), generic: false },
    { reader: new KerasReader(), generic: false },
    { reader: new XGBoostReader(), generic: false },
    { reader: new LightGBMReader(), generic: false },
    { reader: new CatBoostReader(), generic: false },
    { reader: new SklearnReader(), generic: false },
    // Its log has no figures: they are in the script's own lines.
    { reader: new IgniteReader(), generic: true },
    { reader: new MMEngineReader(), generic: false },
    { reader: new TimmReader(), generic: false },
    { reader: new StableBaselinesReader(), generic: false },
    { reader: new JsonLinesReader(), generic: false },
    { reader: new PhrasesReader(), generic: false },
    { reader: new TableReader(), generic: false, history: true },
    { reader: new TqdmReader(), generic: true },
    { reader: new PlainReader(), generic: true },
    { reader: new IterationsReader(), generic: true },
  ];
  private last: { readonly update: ProgressUpdate; readonly source: RankedReader } | null = null;
  private readonly final = new FinalResults();
  private known: Readonly<Record<string, number>> = {};
  /** Names of metrics that epochs reported. */
  private readonly named = new Set<string>();

  /** The last values of metrics printed outside epochs, by name; the same object as long as nothing changes. */
  get results(): Readonly<Record<string, number>> {
    return this.known;
  }

  /** The progress in the lines that `text` completes, in order; `atMs` is now, milliseconds since the epoch. */
  feed(text: string, atMs: number): EpochEvent[] {
    return this.stamp(
      this.lines.read(text).flatMap((line) => this.readLine(line.text, line.nested)),
      atMs,
    );
  }

  /** The progress that was still pending when the output ended. */
  end(atMs: number): EpochEvent[] {
    const unfinished = this.lines.end().flatMap((line) => this.readLine(line, false));
    const held = this.sources.flatMap((source) => this.accept(source.reader.end?.() ?? [], source, true));
    return this.stamp([...unfinished, ...held], atMs);
  }

  private readLine(line: string, nested: boolean): ProgressUpdate[] {
    if (!/\d/.test(line) && !knownWords.test(line)) return [];
    for (const source of this.sources) {
      const updates = source.reader.read(line, nested);
      if (updates !== null) return this.accept(updates, source);
    }
    if (this.final.read(line)) this.known = this.final.all;
    return [];
  }

  private accept(updates: readonly ProgressUpdate[], source: RankedReader, atEnd = false): ProgressUpdate[] {
    const accepted: ProgressUpdate[] = [];
    for (const update of updates) {
      this.leaveToProgress(Object.keys(update.metrics), atEnd);
      // If the number of epochs is exceeded, it was wrong: output was cut, or the bar was of something else.
      const each = update.of !== null && update.of < update.epoch ? { ...update, of: null } : update;
      if (!this.isNew(each, source)) continue;
      this.last = { update: each, source };
      accepted.push(each);
    }
    return accepted;
  }

  /**
   * What an epoch reports is no result of its own: it is in the progress. But what is printed for the first time below the
   * last epoch is a result.
   */
  private leaveToProgress(names: readonly string[], atEnd: boolean): void {
    const ofEpochs = atEnd && this.named.size > 0 ? names.filter((name) => this.named.has(name)) : names;
    for (const name of ofEpochs) if (this.named.size < mostNames) this.named.add(name);
    if (!ofEpochs.some((name) => name in this.known)) return;
    this.final.forget(ofEpochs);
    this.known = this.final.all;
  }

  private isNew(update: ProgressUpdate, source: RankedReader): boolean {
    if (this.last === null) return true;
    const { update: last, source: lastSource } = this.last;
    if (update.unit === 'step' && last.unit !== 'step') return false;
    // A table of progress that another reader has already reported.
    if (source.history === true && lastSource !== source && update.unit === last.unit && update.epoch <= last.epoch)
      return false;
    // Parts of a trial or an epoch are not reported while it is in progress.
    if (unitRank[update.unit] < unitRank[last.unit] && (last.of === null || last.epoch < last.of)) return false;
    if (
      source.generic &&
      !lastSource.generic &&
      update.unit === last.unit &&
      Math.abs(update.epoch - last.epoch) <= 1
    ) {
      // The script's own line about an epoch that its framework reports too; only the start of the next one is new.
      if (update.epoch === last.epoch || Object.keys(update.metrics).length > 0) return false;
    }
    if (update.unit !== last.unit || update.epoch !== last.epoch || (update.of !== null && update.of !== last.of))
      return true;
    if (update.best !== undefined && (update.best.epoch !== last.best?.epoch || update.best.value !== last.best.value))
      return true;
    return Object.entries(update.metrics).some(([name, value]) => last.metrics[name] !== value);
  }

  private stamp(updates: readonly ProgressUpdate[], at: number): EpochEvent[] {
    return updates.map((each) => ({ ...each, at }));
  }
}
