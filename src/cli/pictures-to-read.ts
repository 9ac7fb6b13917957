/** The pictures that files and folders on the command line name, and in words what was passed over in the folders. */
export interface PicturesToRead {
  paths: string[];
  /** Undefined where nothing was that looks like a picture. */
  lost: string | undefined;
}

/** @throws where there is none, with what is there instead */
export async function picturesToRead(given: readonly string[]): Promise<PicturesToRead> {
  const { passedOverText, picturesAt } = await import('../data/index.ts');
  const { pictures, passedOver } = await picturesAt(given);
  if (pictures.length === 0) {
    const what = passedOver.length === 0 ? '' : `; there is ${passedOverText(passedOver)}`;
    throw new Error(`${given.join(', ')}: expected pictures (JPEG, PNG, WebP or TIFF), got none${what}`);
  }
  const lost = passedOver.filter(({ isLoss }) => isLoss);
  return { paths: pictures, lost: lost.length === 0 ? undefined : `passed over: ${passedOverText(lost)}` };
}
