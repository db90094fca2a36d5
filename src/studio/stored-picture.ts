/** A finished picture, by its hash. */
export interface StoredPicture {
  hash: string;
  seed: number;
  width: number;
  height: number;
  /** The rule by which it is hidden as a spoiler. */
  spoiler?: string | undefined;
}
