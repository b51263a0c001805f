import { standings } from '../../../python/standings';
import type { PythonModule } from '../../../python/module';

/** So much text is read before and after each place where a model's name stands. */
const lookBack = 60;
const lookAhead = 400;
const stepsOfAStanding = 4;

/** What follows the name of a model that is frozen there: PyTorch 2 and Lightning 2.6. */
const frozen = [
  // model.freeze(), model.eval().requires_grad_(False)
  /^(?:\.\w{1,40}\([^()\n]{0,80}\)){0,5}\.(?:freeze\w{0,20}\( ?\)|requires_grad_\( ?(?:requires_grad ?= ?)?False\b)/,
  // model = Net(…).requires_grad_(False)
  /^ ?= ?[\w.]{1,80}\([^\n]{0,200}\.(?:freeze\w{0,20}\( ?\)|requires_grad_\( ?(?:requires_grad ?= ?)?False\b)/,
  // for p in model.parameters(): p.requires_grad = False
  /^\.parameters\(\)[^\n]{0,80}\n?[^\n]{0,80}\brequires_grad(?:_\( ?| ?= ?)False\b/,
];

/**
 * True if the module sets all parameters of a model to need no gradients, so that nothing is recorded for them: `freeze()` of
 * Lightning, or `requires_grad_(False)`.
 */
export function isFrozen(module: PythonModule, model: string): boolean {
  const name = model.slice(model.lastIndexOf('.') + 1);
  if (!/freeze|requires_grad|optimize_for_inference/.test(module.text)) return false;
  for (const start of standings(name, module.text)) {
    module.spend(stepsOfAStanding);
    const after = module.text.slice(start + name.length, start + name.length + lookAhead);
    if (frozen.some((pattern) => pattern.test(after))) return true;
    // freeze(model)
    if (
      /^ ?\)/.test(after) &&
      /\b(?:freeze\w{0,20}|optimize_for_inference)\( ?(?:self\.)?$/.test(
        module.text.slice(Math.max(0, start - lookBack), start),
      )
    )
      return true;
  }
  return false;
}
