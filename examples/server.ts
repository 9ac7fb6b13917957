/**
 * A trained network as a server. Run: npx tsx examples/server.ts runs/NAME [PORT], then
 *
 *   curl --data-binary @cat.jpg localhost:3000/classes            JSON: the five most probable classes
 *   curl --data-binary @cat.jpg localhost:3000/heat-map > cat.png the picture, and where the network sees the class
 *
 * The same from a form with a file in it. `?class=NAME` looks for another class.
 */
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import { type Explanation, loadNetwork } from 'patchwork/evaluate';
import { drawExplanation } from 'patchwork/report';

const [run, port = '3000'] = process.argv.slice(2);
if (run === undefined) throw new Error('usage: npx tsx examples/server.ts runs/NAME [PORT]');
const network = await loadNetwork(run);
const largest = 20 * 2 ** 20;

const refuse = (status: 400 | 413 | 422, message: string) => new HTTPException(status, { message });

const refuseForm = (): never => {
  throw refuse(400, 'expected a form with a file in it, got one that cannot be read');
};

async function pictureIn({ req }: Context): Promise<Uint8Array> {
  const isForm = req.header('content-type')?.startsWith('multipart/form-data') ?? false;
  const form = isForm ? await req.parseBody().catch(() => refuseForm()) : {};
  const file = isForm ? Object.values(form).find((part) => part instanceof File) : req;
  const bytes = new Uint8Array((await file?.arrayBuffer()) ?? []);
  if (bytes.length > 0) return bytes;
  throw refuse(400, 'expected a picture (JPEG, PNG, WebP or TIFF) as the body or in a form, got nothing');
}

/** What the network says; an error about the picture or the class is the sender's. */
async function explained(context: Context): Promise<Explanation> {
  const name = context.req.query('class');
  const picture = await pictureIn(context);
  return network.explain(picture, name === undefined ? {} : { classes: [name] }).catch((error: Error) => {
    const { message } = error;
    if (message.startsWith('class: ')) throw refuse(400, message);
    if (message.startsWith('picture in memory: ')) throw refuse(422, message.replace('picture in memory: ', ''));
    throw error;
  });
}

const app = new Hono();
app.use(
  bodyLimit({
    maxSize: largest,
    onError: () => {
      throw refuse(413, `expected a picture of at most ${largest} bytes, got more`);
    },
  }),
);
app.get('/', (context) => context.json({ classes: network.classes, post: ['/classes', '/heat-map'] }));
app.post('/classes', async (context) => {
  const { top, isHardlyAboveChance, regions } = await explained(context);
  const boxes = regions.map(({ map: _, ...region }) => region);
  return context.json({ top, isHardlyAboveChance, boxes });
});
app.post('/heat-map', async (context) => {
  const png = await drawExplanation(await explained(context));
  return context.body(new Uint8Array(png), 200, { 'content-type': 'image/png' });
});
app.notFound(({ req, json }) =>
  json({ error: `expected POST /classes or /heat-map, got ${req.method} ${req.path}` }, 404),
);
app.onError((error, { json }) => {
  if (error instanceof HTTPException) return json({ error: error.message }, error.status);
  console.error(error);
  return json({ error: 'the picture could not be explained; the reason is in the log of the server' }, 500);
});

const server = serve({ fetch: app.fetch, port: Number(port) }, ({ port: bound }: AddressInfo) =>
  console.log(`listening on http://localhost:${bound}`),
);
process.once('SIGTERM', () => server.close(() => void network.dispose()));
