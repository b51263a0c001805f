import type { PythonModule } from '../../../python/module';
import type { Node } from '../../../python/parser';
import { bind, signature } from '../../../python/signatures';
import { field, isField } from '../../../python/syntax';
import { toInteger, toText, truth } from '../../../python/values';
import { inCode, query, type Query } from '../../engine/query';
import { numbersGiven } from '../given-numbers';

/** A call that pads every example to one length, whatever its own. */
export interface ConstantPadding {
  readonly call: Node;
  /** The length in tokens, or the longest one that the model takes; null if it is not known. */
  readonly length: number | 'longest' | null;
  /** The function with a name around it; null at the level of the module. */
  readonly within: Node | null;
}

/**
 * The arguments of tokenizers and collators that pad to a constant length (transformers 5.24, `tokenization_utils_base.py`), the
 * second one in older versions.
 */
const paddingArguments: readonly string[] = ['padding', 'pad_to_max_length'];

const byName = signature('*');

/** What pads images or the prompts of image generators, whose encoders take one length only. */
const notText = /image|pixel|vision|feature_extractor|clip|\bsd_|diffusion|_two\b|_one\b|_[23]\b/i;

/** The calls that pad text to a constant length. */
export const constantPaddings: Query<ConstantPadding> = query(
  {
    packages: ['transformers', 'tokenizer'],
    // A data set may be given its tokenizer.
    clues: [
      { packages: ['transformers', 'tokenizer'], imported: false, groups: [inCode(paddingArguments)], where: pads },
    ],
  },
  function* (module) {
    for (const name of paddingArguments) {
      for (const identifier of module.identifiers(name)) {
        const call = paddingCall(module, identifier);
        if (call === null || !padsText(module, call)) continue;
        const length = bind(call, byName, module.evaluator).get('max_length');
        yield {
          call,
          length:
            length === null
              ? 'longest'
              : (toInteger(length.value) ?? (length.node === null ? null : sameFor(module, length.node))),
          within: (module.place(call)?.ancestors ?? []).find(({ type }) => type === 'function_definition') ?? null,
        };
      }
    }
  },
);

/** The length that every call of the function or data set gives, or the longest of short ones. */
function sameFor(module: PythonModule, written: Node): number | null {
  const lengths = numbersGiven(module, written);
  const longest = Math.max(...lengths);
  return lengths.length > 0 && (longest < short || lengths.every((each) => each === longest)) ? longest : null;
}

/** Shorter texts are not worth a word, whichever of several lengths they have. */
const short = 33;

/** True if a call certainly pads text: a processor may be given images alone. */
function padsText(module: PythonModule, call: Node): boolean {
  const callee = field(call, 'function')?.text ?? '';
  if (notText.test(callee)) return false;
  if (!/processor$/i.test(callee)) return true;
  const given = bind(call, byName, module.evaluator);
  return given.more.length > 1 || given.names().some((name) => /^(?:text|words|nodes)/.test(name));
}

/** The call in which a name stands as the argument that asks for this padding. */
function paddingCall(module: PythonModule, identifier: Node): Node | null {
  const argument = identifier.parent;
  if (argument?.type !== 'keyword_argument' || !isField(argument, 'name', identifier)) return null;
  const value = field(argument, 'value');
  const given = value === null ? null : module.evaluate(value);
  const isConstant =
    given !== null && (identifier.text === 'padding' ? toText(given) === 'max_length' : truth(given) === true);
  const call = isConstant ? argument.parent?.parent : null;
  return call?.type === 'call' ? call : null;
}

function pads(text: string): boolean {
  return /["']max_length["']|\bpad_to_max_length\s*=\s*True/.test(text);
}
