/** What a look at a picture says about how much change it bears. */
export type PictureKind = 'sketch' | 'many-small-things' | 'strong-composition' | 'plain';
