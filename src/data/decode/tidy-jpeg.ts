/** A JPEG without the oddities before its pixels that libjpeg forgives, and what they were, in libjpeg's words. */
export interface TidyJpeg {
  bytes: Uint8Array;
  warnings: string[];
}

const marker = { temporary: 0x01, restart: 0xd0, start: 0xd8, startOfScan: 0xda, jfif: 0xe0, adobe: 0xee } as const;

/** Files with more are not odd but broken. */
const mostOddities = 100;

/**
 * Writes a JPEG anew up to its pixels: without extra bytes before its markers, with a version of JFIF and a color transform
 * that there are.
 *
 * libvips says that there was a warning and not reliably which, so that one that damages no pixel looks like one that does.
 * What is read here decides nothing: size and pixels are libvips' reading of the result.
 */
export function tidyJpeg(bytes: Uint8Array): TidyJpeg {
  const warnings: string[] = [];
  const parts: Uint8Array[] = [];
  let copied = 0;
  const replace = (from: number, to: number, by: readonly number[], warning: string) => {
    parts.push(bytes.subarray(copied, from), Uint8Array.from(by));
    copied = to;
    warnings.push(warning);
  };
  let hasJfif = false;
  for (const { extraFrom, at, code, end } of segmentsOf(bytes)) {
    const extra = extraBytes(bytes.subarray(extraFrom, at));
    if (extra > 0) {
      replace(extraFrom, at, [], `Corrupt JPEG data: ${extra} extraneous bytes before marker 0x${code.toString(16)}`);
    }
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 9));
    if (code === marker.jfif && name === 'JFIF\0' && end >= at + 18) {
      hasJfif = true;
      const [major, minor] = [bytes[at + 9]!, String(bytes[at + 10]).padStart(2, '0')];
      if (major !== 1) replace(at + 9, at + 10, [1], `Warning: unknown JFIF revision number ${major}.${minor}`);
    }
    if (code === marker.adobe && name === 'Adobe' && end >= at + 16) {
      const assumed = assumedTransform(bytes[at + 15]!, componentsOf(bytes), hasJfif);
      if (assumed !== undefined) {
        replace(at + 15, at + 16, [assumed], `Unknown Adobe color transform code ${bytes[at + 15]}`);
      }
    }
    if (warnings.length > mostOddities) return { bytes, warnings: [] };
  }
  return { bytes: warnings.length === 0 ? bytes : Buffer.concat([...parts, bytes.subarray(copied)]), warnings };
}

interface Segment {
  /** Where the one before ended. */
  extraFrom: number;
  /** Where its marker is. */
  at: number;
  code: number;
  end: number;
}

/** Up to the start of the first scan, which is the last of them. */
function* segmentsOf(bytes: Uint8Array): Generator<Segment> {
  let code = 0;
  for (let end = 2; code !== marker.startOfScan; ) {
    const extraFrom = end;
    let at = end;
    while (at < bytes.length && !isMarkerAt(bytes, at)) at++;
    if (at + 4 > bytes.length) return;
    code = bytes[at + 1]!;
    const standsAlone = code === marker.temporary || (code >= marker.restart && code <= marker.start);
    // libjpeg takes a length of less than its own two bytes for two.
    end = at + 2 + (standsAlone ? 0 : Math.max(2, bytes[at + 2]! * 256 + bytes[at + 3]!));
    yield { extraFrom, at, code, end };
  }
}

function isMarkerAt(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0xff && bytes[at + 1] !== 0xff && bytes[at + 1] !== 0;
}

/** As libjpeg counts them: any number of 0xff may stand before a marker, but where a zero follows. */
function extraBytes(between: Uint8Array): number {
  let extra = 0;
  for (const [i, byte] of between.entries()) {
    if (byte !== 0xff) extra += byte === 0 && between[i - 1] === 0xff ? 2 : 1;
  }
  return extra;
}

/** Colors of the picture: of the last start of frame, 0xc0 .. 0xcf without tables (0xc4, 0xcc) and an extension (0xc8). */
function componentsOf(bytes: Uint8Array): number | undefined {
  let components: number | undefined;
  for (const { at, code } of segmentsOf(bytes)) {
    if (code === 0xc0 || (code > 0xc0 && code <= 0xcf && code % 4 !== 0)) components = bytes[at + 9];
  }
  return components;
}

/** What libjpeg takes an unknown color transform for; undefined where it is known, or none is needed. */
function assumedTransform(transform: number, components: number | undefined, hasJfif: boolean): number | undefined {
  if (components === 3 && !hasJfif && transform > 1) return 1;
  if (components === 4 && transform !== 0 && transform !== 2) return 2;
  return undefined;
}
