/** The intent without which most messages arrive without their words. */
export const MESSAGE_CONTENT = 1 << 15;
/** Members, presences and message content: to be switched on for an application first. */
export const PRIVILEGED = (1 << 1) | (1 << 8) | MESSAGE_CONTENT;
