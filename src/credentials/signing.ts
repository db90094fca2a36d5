/** Signs a finished file by its own mark, as the very last step; files without a mark or of other kinds stay as they are. */
export type Sign = (file: Uint8Array) => Promise<Uint8Array>;
