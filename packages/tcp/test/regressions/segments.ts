/** Segments that a fuzzer found a fault with once; none so far. */
export const regressions: readonly string[] = [];
