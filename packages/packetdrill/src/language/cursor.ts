/** A script that cannot be read. */
export class ScriptError extends Error {
  readonly line: number;

  constructor(line: number, message: string) {
    super(`line ${line}: ${message}`);
    this.name = "ScriptError";
    this.line = line;
  }
}

const blank = /(?:\s+|\/\/[^\n]*|#[^\n]*|\/\*[\s\S]*?\*\/)*/y;

/** A place in the text of a script; the parser's functions move it on. */
export class Cursor {
  readonly text: string;
  at = 0;
  #lineAt = 0;
  #line = 1;

  constructor(text: string) {
    this.text = text;
    this.skip();
  }

  get atEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** The line the cursor is in, counted from 1. */
  get line(): number {
    for (; this.#lineAt < this.at; this.#lineAt++) if (this.text[this.#lineAt] === "\n") this.#line++;
    return this.#line;
  }

  /** Moves behind white space and comments. */
  skip(): void {
    blank.lastIndex = this.at;
    blank.exec(this.text);
    this.at = blank.lastIndex;
  }

  /** Takes what `pattern` (sticky) matches here and the blanks behind it; `null` when it does not match. */
  take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (match === null) return null;
    this.at += match[0].length;
    this.skip();
    return match;
  }

  /** Takes exactly `text`, if it is here. */
  takeText(text: string): boolean {
    if (!this.text.startsWith(text, this.at)) return false;
    this.at += text.length;
    this.skip();
    return true;
  }

  /** Whether `text` comes next. */
  sees(text: string): boolean {
    return this.text.startsWith(text, this.at);
  }

  /** @throws ScriptError when `text` does not come next. */
  expect(text: string): void {
    if (!this.takeText(text)) this.fail(`expected ${JSON.stringify(text)}`);
  }

  /** @throws ScriptError when `pattern` does not match here. @param what it is called in the message. */
  require(pattern: RegExp, what: string): RegExpExecArray {
    return this.take(pattern) ?? this.fail(`expected ${what}`);
  }

  fail(message: string): never {
    const rest = this.text.slice(this.at, this.at + 40).split("\n")[0];
    throw new ScriptError(this.line, `${message}, found ${rest === "" ? "the end" : JSON.stringify(rest)}`);
  }
}
