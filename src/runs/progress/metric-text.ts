import { metricDirection } from '../training/metric-direction';

/** A plain decimal number as training scripts print them; not `nan`, `inf` or a version. */
const numberPattern = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?$/i;

/** Null for anything but a finite number; `nan` and `inf` cannot be compared. */
export function parseNumber(text: string): number | null {
  if (text.length > 40 || !numberPattern.test(text)) return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

/** Counters, times, rates, memory and settings that are printed with the measures of a model. */
const noMeasures =
  /^(?:v_num|version|(?:max_|gpu_|cuda_|peak_|alloc_|res_)?mem(?:ory)?(?:_\w+)?|gpu\w*|vram\w*|(?:base_|train_|learning_|current_)?lr(?:_?\w{0,12})?|learning_rate\w*|weight_decay|wd|momentum|eta|time\w*|data_time|(?:iter|batch|step|epoch|elapsed|total|eval|train|test|val|fit|load|remaining|wall)_?time\w*|seconds?|secs?|ms|duration|dur|elapsed\w{0,12}|it|its|iters?|iterations?|steps?|global_step|epochs?|batch(?:es|_size|_idx)?|updates?|(?:\w*_)?n(?:um)?_updates|wps|ups|bsz|ips|fps|qps|tps|tok(?:ens)?(?:_\w+)?|samples?|n_parameters|instances|size|rank|seed|gnorm|grad_?norm\w*|clip(?:_range|_fraction)?|loss_scale|scale|mfu|speed|throughput|\w*_(?:per_second|runtime|samples|per_sec)|(?:it|samples|img|imgs|images|tokens)\/s(?:ec)?|ep_len_mean|early_stop\w*|patience|counter)$/i;

/** Settings and bookkeeping named after a measure: the weight of a loss, the cost of a batch, the previous loss. */
const ofMeasures =
  /(?:^|[_ ])(?:scale[rd]?|scaling|weights?|coeff?|coefficient|threshold|lambda|factor|limit|decay|count|norm|steps?|size|patience|idx|schedule|per_sec\w{0,12}|per_gpu|gpu\w{0,12}|mem(?:ory)?\w{0,12}|vram\w{0,12}|grad_?norm\w{0,12}|gib|mib|gb|mb|bytes)$|(?:^|[_ ])(?:time|batch|data|reader|step|iter|cache)_(?:costs?|hits?)$|(?:^|[_ ])(?:prev|previous|last)_loss$/i;
/** Groups of figures about the machine. */
const ofMachine = /^(?:memory|mem|gpu\w*|system|sys|perf|performance|throughput|timings?|time|tokens|hardware)\//i;
/** Parameters that share their name with a measure; after the name of a data set ("valid_0 l2") it is the measure. */
const parameters = /^(?:gamma|l1|l2|quantile|poisson|tweedie|fair|c|alpha|beta|lambda)$/i;
const setBefore = /^(?:train|training|val|valid|validation|eval|test|dev)[_/. ]/i;

/** Whether a name may be a measure of the model, rather than of the machine, the loop or its settings. */
export function isFigureOfModel(name: string): boolean {
  // In "train/gpu_mem" and "train_gpu_mem", the last part counts.
  const last = name.slice(name.lastIndexOf('/') + 1);
  const bare = last.replace(setBefore, '');
  return (
    [name, last, bare].every((each) => !noMeasures.test(each)) &&
    !ofMeasures.test(last) &&
    !parameters.test(name) &&
    !ofMachine.test(name)
  );
}

/** Adds `name` if the value is a number and may measure the model. */
export function addMetric(metrics: Record<string, number>, name: string, text: string): void {
  const value = parseNumber(text);
  if (value !== null && isFigureOfModel(name)) metrics[name] = value;
}

/** A line with the figures of an epoch is short, and so are its words. */
const longestText = 1000;
const longestToken = 60;

const dataSets = new Set(['train', 'training', 'val', 'valid', 'validation', 'eval', 'test', 'dev']);
/** Words between a metric and its value. */
const fillers = new Set(['reached', 'is', 'was', 'of', '=', ':', '->', 'avg', 'average', 'mean']);
/** Words that mark a number as not the value of this epoch. */
const otherValues = new Set([
  'best',
  'from',
  'to',
  'improved',
  'improve',
  'than',
  'below',
  'above',
  'until',
  'lr',
  'threshold',
  'target',
  'max',
  'min',
  'time',
  'prev',
  'previous',
  'weight',
  'coef',
]);

/**
 * Finds "name value" pairs in free text: `train loss: 0.52, val_loss=0.61 | Acc 91.2%`. Names become lower case with
 * underscores. Only known measures of a model count, not times, rates and ids. A data set at the beginning ("val Loss:
 * 0.42 Acc: 0.83") applies to all until another one follows.
 */
export function findMetrics(text: string): Record<string, number> {
  const metrics: Record<string, number> = {};
  let words: string[] = [];
  let leading: string | null = null;
  let first = true;
  for (const token of text.slice(0, longestText).split(/[\s,;|()[\]{}]+|:(?=\s|$)|(?<=[A-Za-z_%]):|=/)) {
    if (token.length > longestToken) continue;
    const word = token.replace(/^['"`*<]+|['"`*>:=]+$/g, '').toLowerCase();
    if (word === '' || word === '-') continue;
    const value = parseNumber(word.endsWith('%') ? word.slice(0, -1) : word);
    if (value === null) {
      if (!/^[a-z]/.test(word)) words = [];
      else if (!fillers.has(word)) words.push(word);
      if (first && dataSets.has(word)) leading = word;
      first = false;
      continue;
    }
    if (words.some((each) => dataSets.has(each) && each !== leading)) leading = null;
    const name = nameOf(words, leading);
    if (name !== null) metrics[name] = value;
    words = [];
    first = false;
  }
  return metrics;
}

function nameOf(words: readonly string[], leading: string | null): string | null {
  const last = words.slice(-3);
  if (last.length === 0 || last.some((word) => otherValues.has(word))) return null;
  // "Epoch finished train loss" is "train loss": words before the data set or the measure are ignored.
  const start = last.findIndex((word) => dataSets.has(word) || metricDirection(word) !== null);
  if (start < 0) return null;
  const named = last.slice(start);
  const hasSet = named.some((word) => dataSets.has(word) || /^(?:train|val|valid|eval|test|dev)[_/]/.test(word));
  const name = [...(hasSet || leading === null ? [] : [leading]), ...named].join('_').replace(/[^\w/@.]+/g, '_');
  return name.length <= 60 && metricDirection(name) !== null && isFigureOfModel(name) ? name : null;
}
