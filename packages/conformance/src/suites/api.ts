/** What a suite needs of a test runner: vitest's and jest's functions as they are, others through an adapter. */
export interface SuiteApi {
  describe(name: string, body: () => void): unknown;
  it(name: string, body: () => void | Promise<void>): unknown;
  expect(actual: unknown): Expectation;
}

/** The expectations that the suites use. */
export interface Expectation {
  toBe(expected: unknown): unknown;
  toEqual(expected: unknown): unknown;
  toBeGreaterThan(least: number): unknown;
  toBeLessThanOrEqual(most: number): unknown;
}
