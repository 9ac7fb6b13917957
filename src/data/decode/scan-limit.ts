/** The limits of `native/jpeg/errors.cc`, where their reasons are. */
const mostScans = 100;
const fewestScans = 16;
const mostScanned = 1.6e9;

/** Every libjpeg demands of the start of a scan: a marker, a length, and 1 to 4 colors of which it follows. */
const startOfScan = Buffer.of(0xff, 0xda, 0);

/**
 * Refuses a JPEG that may have more scans than an encoder makes, as the addon does; libvips decodes thousands. Starts of
 * scans are counted wherever they stand, which is never too few; too many only where other pictures are in the file.
 *
 * @param pixels of the picture
 * @throws where there are more than 100, or fewer in a picture of more than 16 million pixels
 */
export function checkScans(bytes: Uint8Array, pixels: number): void {
  const most = Math.max(fewestScans, Math.min(mostScans, Math.floor(mostScanned / pixels)));
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let scans = 0;
  for (let at = buffer.indexOf(startOfScan); at >= 0; at = buffer.indexOf(startOfScan, at + startOfScan.length)) {
    const [length, colors] = buffer.subarray(at + 3, at + 5) as unknown as [number, number];
    if (colors >= 1 && colors <= 4 && length === 2 * colors + 6) scans++;
  }
  if (scans > most) throw new Error(`expected at most ${most} scans, got more`);
}
