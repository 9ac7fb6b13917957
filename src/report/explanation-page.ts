/** A page of what a network says of pictures, and where it sees it; written picture by picture. */
import { boxedPicture, heatMapOver, html } from '../charts/index.ts';
import type { ClassProbability, Explanation } from '../evaluate/index.ts';
import { list, pageEnd, pageStart } from './page.ts';
import { pictureUri } from './pictures.ts';

/** What stands above the pictures. */
export interface ExplanationPageHead {
  /** What the network is called. */
  network: string;
  classes: readonly string[];
  /** Pictures that are on the page, and that were given. */
  shown: number;
  given: number;
}

/** The page up to its first picture; {@link explanationFigure} follows for each, then {@link explanationPageEnd}. */
export function explanationPageStart({ network, classes, shown, given }: ExplanationPageHead): string {
  const counted = (count: number) => `${count.toLocaleString('en-US')} picture${count === 1 ? '' : 's'}`;
  const left = given > shown ? html`, the first of ${counted(given)}: <code>--limit</code> shows more` : undefined;
  const head = html`<dl><dt>network</dt><dd><code>${network}</code></dd>
<dt>classes</dt><dd>${classes.length.toLocaleString('en-US')}</dd>
<dt>pictures</dt><dd>${counted(shown)}${left}</dd></dl>
<p class="note">Each picture as the network saw it, and under the map of the class that it says, or of those that were asked for:
bright is where it sees the class, the box is around the largest bright part. An answer is hardly above chance where its odds are
less than twice those of a guess. Each map is scaled to its own range: a bright spot is no certainty.</p>
<div class="gallery">`;
  return pageStart('What the network sees', undefined, head);
}

/** One picture, each class that was looked for over it, and the most probable classes. */
export async function explanationFigure({
  path,
  image,
  top,
  regions,
  isHardlyAboveChance,
}: Explanation): Promise<string> {
  const { height, width } = image;
  const pixels = { data: image.images, height, width };
  const size = { height, width, groundTruth: [] };
  const seen = boxedPicture({
    ...size,
    name: `${path}, as the network saw it`,
    href: await pictureUri(pixels),
    boxes: [],
  });
  const maps = await Promise.all(
    regions.map(async ({ name, map, box }) =>
      boxedPicture({
        ...{ ...size, name: `where the network sees ${name}`, boxes: [box] },
        href: await pictureUri(heatMapOver(pixels, map)),
      }),
    ),
  );
  const predicted = top[0]!.name;
  const looked = regions.filter((region, _, { length }) => length > 1 || region.name !== predicted);
  return html`
<figure><div class="views">${seen}${maps}</div>
<figcaption><code>${path}</code><br><b>${said(top[0]!)}</b>${isHardlyAboveChance ? ', hardly above chance' : ''}
<span class="who">${top.slice(1).map((one) => html`<br>${said(one)}`)}
${looked.length > 0 ? html`<br>maps: ${looked.map(said).join(', ')}` : undefined}</span></figcaption></figure>`.markup;
}

/** What closes the page.
 *
 * @param unread why pictures are missing, a sentence each
 */
export function explanationPageEnd(unread: readonly string[]): string {
  return `</div>\n${html`${list('Not read', unread)}`.markup}${pageEnd}`;
}

function said({ name, probability }: ClassProbability): string {
  return `${name} ${(100 * probability).toFixed(1)} %`;
}
