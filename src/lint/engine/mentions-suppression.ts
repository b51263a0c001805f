import { holds } from '../../python/kept-searches';

/** True if a text may hold a suppression, so that it must be looked at even if no rule has anything to say. */
export const mentionsSuppression = (text: string): boolean => holds(text, 'green-ml:');
