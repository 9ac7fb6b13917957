/**
 * What is made of each request, in the order of the requests, while the next ones are under way already.
 *
 * @param ahead how many are made before they are asked for; 0 makes each when it is
 * @throws what `make` throws, in the place of what it was to make
 */
export async function* madeAhead<Request, Made>(
  requests: Iterable<Request> | AsyncIterable<Request>,
  make: (request: Request) => Promise<Made>,
  ahead: number,
): AsyncGenerator<Made, void, void> {
  const underWay: Promise<Made>[] = [];
  for await (const request of requests) {
    const made = make(request);
    // A caller that leaves the loop early never awaits it, which must not count as an unhandled failure.
    made.catch(() => {});
    underWay.push(made);
    if (underWay.length > ahead) yield await underWay.shift()!;
  }
  while (underWay.length > 0) yield await underWay.shift()!;
}
