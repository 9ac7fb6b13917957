/** Places 0 .. n-1 by their group: those of group g are `members[start[g]] .. members[start[g + 1] - 1]`. */
export interface Groups {
  start: Uint32Array;
  members: Uint32Array;
}

/** The places 0 .. n-1 of `keys`: those where it is 0, then those where it is 1, and so on (counting sort, stable). */
export function groupBy(keys: ArrayLike<number>, groups: number): Groups {
  const start = new Uint32Array(groups + 1);
  for (let i = 0; i < keys.length; i++) start[keys[i]! + 1]!++;
  for (let group = 0; group < groups; group++) start[group + 1]! += start[group]!;
  const next = start.slice();
  const members = new Uint32Array(keys.length);
  for (let i = 0; i < keys.length; i++) members[next[keys[i]!]!++] = i;
  return { start, members };
}

/** The members of one group. */
export function groupOf({ start, members }: Groups, group: number): Uint32Array {
  return members.subarray(start[group], start[group + 1]);
}
