/** The id of the block in which a page finds the texts of the person's language. */
export const textsBlock = 'texts';
