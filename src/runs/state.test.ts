import { expect, it } from 'vitest';
import { initialState, parseState, stateText } from './state.ts';

it.each([1.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
  'a state with a loss of %f is read back as it was written',
  (valLoss) => {
    const last = { epoch: 1, scores: { top1Error: 1, valLoss, top5Error: 0.5 } };
    const state = { ...initialState(), step: 3, epoch: 2, last, best: last };
    expect(parseState(stateText(state))).toEqual(state);
    expect(stateText(parseState(stateText(state)))).toBe(stateText(state));
  },
);

it('what is none is an error that names the field', () => {
  const damaged = stateText(initialState()).replace('"step": 0', '"step": null');
  expect(() => parseState(damaged)).toThrow(
    /expected the position of a training, got:.*expected number, received null.*at step/s,
  );
});
