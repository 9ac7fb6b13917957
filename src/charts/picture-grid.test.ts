import sharp from 'sharp';
import { expect, it } from 'vitest';
import { type Cell, drawPictureGrid } from './picture-grid.ts';

const side = 128;
const pixels = { data: new Uint8Array(4), height: 2, width: 2 };

/** How dark the grid is at a rectangle: the mean over it, 0 for white. */
async function ink(png: Uint8Array, left: number, top: number, width: number, height: number): Promise<number> {
  const bytes = await sharp(png).removeAlpha().extract({ left, top, width, height }).raw().toBuffer();
  return bytes.reduce((sum, byte) => sum + 255 - byte, 0) / bytes.length;
}

it.each([
  'n01682714_American_chameleon',
  'MMMMMMMMMMMMMMMMMMMM',
  'wwwwwwwwwwwwwwwwwwwwww',
  '00000000000000000000000',
  'a <very> long & "ordinary" name of a class',
])('keeps a long name within its column and shows its ending: %s', async (text) => {
  const cell = (ending: string): Cell => ({ pixels, caption: [{ text, ending }] });
  const row = (ending: string) => drawPictureGrid([[cell(ending), cell(ending)]], { side });
  const png = await row(' 16 %');
  // The gap between the two columns, below the pictures.
  expect(await ink(png, 8 + side, 8 + side, 8, 26)).toBe(0);
  expect(await ink(png, 8, 8 + side, side, 26)).toBeGreaterThan(5);
  expect(Buffer.compare(await row(' 61 %'), png)).not.toBe(0);
});

it('shows a name that fits whole: only then does a letter at its end change the picture', async () => {
  const draw = (text: string) => drawPictureGrid([[{ pixels, caption: [{ text, ending: ' 100 %' }] }]], { side });
  expect(Buffer.compare(await draw('plain triangle'), await draw('plain trianglf'))).not.toBe(0);
  expect(Buffer.compare(await draw('a much longer triangle'), await draw('a much longer trianglf'))).toBe(0);
});

it('shows gray pictures as gray', async () => {
  const png = await drawPictureGrid([[{ pixels: { ...pixels, data: Uint8Array.of(10, 20, 30, 40) } }]], { side });
  const { data } = await sharp(png)
    .removeAlpha()
    .extract({ left: 8 + 100, top: 8 + 100, width: 1, height: 1 })
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect([...data]).toEqual([40, 40, 40]);
});

it('draws a bar as wide as its share of the side', async () => {
  const bars = [0.25, 1].map((share) => ({ text: 'disc', share }));
  const png = await drawPictureGrid([[{ pixels }, { bars }]], { side });
  const blue = async (top: number, left: number) => {
    const place = { left: 8 + side + 8 + left, top, width: 1, height: 1 };
    const [red, , blue] = await sharp(png).removeAlpha().extract(place).raw().toBuffer();
    return blue! - red! > 50;
  };
  const middleOf = (bar: number) => 8 + bar * 36 + 18 + 4 + 4;
  expect(await Promise.all([1, 30, 34, 120].map((left) => blue(middleOf(0), left)))).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect(await Promise.all([1, 30, 34, 120].map((left) => blue(middleOf(1), left)))).toEqual([true, true, true, true]);
});

it('writes control characters and halves of characters out, of which SVG can have none', async () => {
  const draw = (text: string) =>
    drawPictureGrid([[{ pixels, name: text, caption: [{ text, ending: text }] }]], { side: 256 });
  for (const character of ['\0', '\x07', '\x1b', '\x7f', '\x9b', '\ud83d', '\udc00', '\uffff', '\n', '\u202e']) {
    const written = `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
    expect(Buffer.compare(await draw(`a${character}b`), await draw(`a${written}b`))).toBe(0);
  }
});

it('cuts a name of a million letters as fast as any other', async () => {
  const draw = (letters: number) => drawPictureGrid([[{ pixels, caption: [{ text: 'i'.repeat(letters) }] }]], { side });
  expect(Buffer.compare(await draw(1_000_000), await draw(1000))).toBe(0);
});
