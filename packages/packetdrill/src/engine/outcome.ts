/** The script asks for something that this runner or the stack does not offer: the script says nothing about the stack. */
export class Unsupported extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = "Unsupported";
  }
}

/** The stack did something else than the script says. */
export class Mismatch extends Error {
  readonly expected: string;
  readonly actual: string;

  constructor(what: string, expected: string, actual: string) {
    super(what);
    this.name = "Mismatch";
    this.expected = expected;
    this.actual = actual;
  }
}
