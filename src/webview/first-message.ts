/** The id of the block in which a page finds its first message. */
export const firstMessage = 'first-message';
