/** Percent as they were printed, as a fraction with the same digits: 14.47 is 0.1447. */
export const fraction = (percent: number): number => Number((percent / 100).toFixed(4));
