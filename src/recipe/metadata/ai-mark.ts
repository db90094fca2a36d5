/**
 * The mark by which machines tell that a picture was made or changed by a trained network: IPTC's `DigitalSourceType` in an
 * XMP packet, which PNG, JPEG and WebP all have a place for.
 * @see https://cv.iptc.org/newscodes/digitalsourcetype/
 * @see ISO 16684-1 (XMP), 7.3.2 for the packet wrapper
 */
const VOCABULARY = 'http://cv.iptc.org/newscodes/digitalsourcetype/';

/**
 * - `compositeWithTrainedAlgorithmicMedia`: a picture repainted, in whole or in part, by a generative model;
 * - `algorithmicallyEnhanced`: enlarged or cut out, with nothing invented that was not there.
 */
export type SourceType = 'compositeWithTrainedAlgorithmicMedia' | 'algorithmicallyEnhanced';

/** Terms that tell of generative models; a picture that came with one of them keeps it whatever is done to it. */
const GENERATED = ['trainedAlgorithmicMedia', 'compositeSynthetic', 'compositeWithTrainedAlgorithmicMedia'];

/** The XMP packet with the mark. */
export function xmpMark(type: SourceType): string {
  return [
    '<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>',
    '<x:xmpmeta xmlns:x="adobe:ns:meta/">',
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
    '<rdf:Description rdf:about=""',
    ' xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"',
    ' xmlns:xmp="http://ns.adobe.com/xap/1.0/"',
    ` Iptc4xmpExt:DigitalSourceType="${VOCABULARY}${type}"`,
    ' xmp:CreatorTool="Overpaint"/>',
    '</rdf:RDF>',
    '</x:xmpmeta>',
    '<?xpacket end="w"?>',
  ].join('\n');
}

/** The term of IPTC's vocabulary that an XMP packet names; undefined when it names none. */
export function readMark(xmp: string): string | undefined {
  return /DigitalSourceType(?:="|[^>]*>\s*|[^>]*rdf:resource=")https?:\/\/cv\.iptc\.org\/newscodes\/digitalsourcetype\/(\w+)/i.exec(
    xmp,
  )?.[1];
}

/** The mark for a picture that was only enlarged or cut out: that of its source where a generative model had a hand in it. */
export function markAfter(sourceXmp: string | undefined): string {
  const before = sourceXmp === undefined ? undefined : readMark(sourceXmp);
  return xmpMark(
    before !== undefined && GENERATED.includes(before)
      ? 'compositeWithTrainedAlgorithmicMedia'
      : 'algorithmicallyEnhanced',
  );
}
