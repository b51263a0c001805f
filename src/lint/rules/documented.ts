import type { DocumentedRule } from '../engine/rule';
import { declaredRules } from '.';

/**
 * All rules with their texts and examples. To be imported when somebody asks for them: the build takes the texts out of
 * the rules and puts them here (scripts/rule-texts.mjs).
 */
export const documentedRules: readonly DocumentedRule[] = declaredRules;
