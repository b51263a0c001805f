import * as v from 'valibot';
import { noted, type Shaped } from '../system/shapes';
import { english, type Translate } from '../present/l10n';

/** Who set a value: the user with an option, a setting of VS Code, or a settings file of the project. */
export const originShape = v.variant('by', [
  v.object({ by: noted(v.picklist(['person', 'setting']), '`person`: an option; `setting`: a setting of VS Code') }),
  v.object({
    by: noted(v.literal('project file'), 'a settings file of the project'),
    file: noted(v.string(), "its path as seen from the run's `folder`, with '/'"),
  }),
]);

export type Origin = Shaped<typeof originShape>;

/** A value and who set it. */
export interface Sourced<T> {
  readonly value: T;
  readonly from: Origin;
}

/** "set in pyproject.toml"; null if the user set it and knows it anyway. */
export function originRemark(from: Origin | null | undefined, t: Translate = english): string | null {
  return from?.by === 'project file' ? t('set in {0}', from.file) : null;
}
