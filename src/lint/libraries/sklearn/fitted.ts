import type { PythonModule } from '../../../python/module';
import type { Node } from '../../../python/parser';
import { holdsInCode } from '../../../python/comments';
import { field, isField } from '../../../python/syntax';
import { once } from '../../engine/once';

/**
 * Whether a module fits what a call makes: 'elsewhere' if only another module can, which is given it by a function or a class;
 * 'never' if it is certainly not fitted, so that what it would take is never spent.
 */
type Fitted = 'here' | 'elsewhere' | 'never';

/** The object itself, a pipeline that holds it, their names. */
const mostHolders = 12;

export const isFitted = (module: PythonModule, made: Node): Fitted =>
  new Follower(module).follow(made) ?? (mayBeImported(module, made) ? 'elsewhere' : 'never');

/** True for what a function or a class makes and hands on, and for what stands in a file that only makes models for others. */
function mayBeImported(module: PythonModule, made: Node): boolean {
  if (!fitsAnything(module) && !holdsInCode(module.text, hasData)) return true;
  for (const { type } of module.place(made)?.ancestors ?? []) {
    if (/^(?:return_statement|yield|lambda|class_definition)$/.test(type)) return true;
    if (type === 'function_definition') return false;
  }
  return false;
}

/** A file with data of its own trains on them. */
const hasData = /\b(?:read_\w{2,20}|fetch_\w{2,40}|load_\w{2,40}|make_[a-z]\w{2,40}|train_test_split|open)\s{0,3}\(/;
const fits = /^(?:fit|fit_\w+|partial_fit)$/;
/** Functions that fit what they are given, and those that only look at it. */
const validates = /^(?:cross_val\w*|learning_curve|validation_curve|permutation_\w+)$/;
/** What scikit-learn makes of an estimator: it is fitted where that is. */
const holders =
  /^(?:clone|make_(?:pipeline|union)|\w{0,40}(?:Pipeline|FeatureUnion|Transformer|Classifier|Regressor|Chain|CV|SelectFromModel|RFE))$/;
const looks = /^(?:print|display|type|str|repr|len|id|isinstance|hasattr|pprint)$/;
const fitsSomewhere =
  /\.(?:fit|fit_\w{1,20}|partial_fit)\b|\b(?:cross_val\w{1,20}|learning_curve|validation_curve|permutation_\w{1,20})\s{0,9}\(/;

/** What a list, a dictionary or a caller gets is fitted if the module fits anything. */
const fitsAnything = once(({ text }: PythonModule): boolean => holdsInCode(text, fitsSomewhere));

class Follower {
  private readonly seen = new Set<string>();

  constructor(private readonly module: PythonModule) {}

  /** What becomes of the value of a node; null if nothing fits it. */
  follow(node: Node): 'here' | 'elsewhere' | null {
    this.module.spend(1);
    const { parent } = node;
    switch (parent?.type) {
      case 'parenthesized_expression':
      case 'await':
        return this.follow(parent);
      case 'attribute':
        return isField(parent, 'object', node) ? this.ofAttribute(parent) : null;
      case 'argument_list':
        return parent.parent?.type === 'call' ? this.ofCall(parent.parent) : this.kept();
      case 'keyword_argument':
        return isField(parent, 'name', node)
          ? null
          : parent.parent?.parent?.type === 'call'
            ? this.ofCall(parent.parent.parent)
            : this.kept();
      case 'assignment':
        return isField(parent, 'right', node) ? this.ofTarget(field(parent, 'left')) : null;
      case 'named_expression':
        return isField(parent, 'value', node) ? this.ofTarget(field(parent, 'name')) : this.follow(parent);
      case 'return_statement':
      case 'yield':
        return this.kept();
      case 'expression_statement':
      case 'comparison_operator':
      case 'interpolation':
      case 'import_from_statement':
      case 'global_statement':
        return null;
      default:
        return this.kept();
    }
  }

  /** What holds it, or is given it, may fit it: in this module, or in another one. */
  private kept(): 'here' | 'elsewhere' {
    return fitsAnything(this.module) ? 'here' : 'elsewhere';
  }

  private ofAttribute(attribute: Node): 'here' | 'elsewhere' | null {
    const name = field(attribute, 'attribute')?.text ?? '';
    if (fits.test(name)) return 'here';
    return name === 'set_params' && attribute.parent?.type === 'call' ? this.follow(attribute.parent) : null;
  }

  private ofCall(call: Node): 'here' | 'elsewhere' | null {
    const callee = field(call, 'function');
    const name = callee?.text.split('.').at(-1) ?? '';
    if (looks.test(name)) return null;
    if (validates.test(name) || callee === null) return 'here';
    // Pipeline([("search", search)]), clone(search)
    if (holders.test(name)) return this.follow(call);
    const made = this.module.evaluate(callee);
    if (made.kind === 'definition') return fitsSomewhere.test(made.node.text) ? 'here' : this.kept();
    // Trainer(search): a class of another module may fit it in any of its methods.
    if (/^[A-Z]/.test(name)) return this.follow(call) ?? 'elsewhere';
    // searches.append(search): of others, nobody knows what they do.
    return /^(?:append|add|insert|extend|update|setdefault|dict|list|tuple|zip)$/.test(name) ? this.kept() : 'here';
  }

  private ofTarget(target: Node | null): 'here' | 'elsewhere' | null {
    const isAttribute = target?.type === 'attribute';
    if (target === null || (target.type !== 'identifier' && !isAttribute)) return this.kept();
    const name = (isAttribute ? field(target, 'attribute') : target)?.text ?? '';
    const key = `${isAttribute ? '.' : ''}${name}`;
    if (this.seen.has(key)) return null;
    if (this.seen.size >= mostHolders) return 'here';
    this.seen.add(key);
    let found: 'elsewhere' | null = isAttribute ? 'elsewhere' : null;
    for (const use of this.module.identifiers(name)) {
      const isPart = use.parent?.type === 'attribute' && isField(use.parent, 'attribute', use);
      // Other modules reach it as an attribute of this one; here, an attribute of the same name is another thing.
      if (isPart !== isAttribute) continue;
      const whole = isPart ? use.parent : use;
      if (whole.id === target.id) continue;
      const next = this.follow(whole);
      if (next === 'here') return 'here';
      found ??= next;
    }
    return found;
  }
}
