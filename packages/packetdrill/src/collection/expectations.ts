/** What is known of a script: it is about something else, it cannot be run here, or the host rightly does something else. */
export interface KnownOutcome {
  readonly kind: "ignore" | "skip" | "difference";
  readonly reason: string;
}

/** Names that a line stands for: exactly one, or all that match with `*` for anything. */
interface Line extends KnownOutcome {
  readonly pattern: string;
  readonly matches: RegExp;
}

/**
 * The list of a collection: one `ignore NAME: reason`, `skip NAME: reason` or `difference NAME: reason` a line, `#` for remarks. A name may hold `*`. The first
 * line that matches counts.
 */
export class Expectations {
  readonly #lines: readonly Line[];
  readonly #used = new Set<string>();

  /** @throws Error naming the line that cannot be read. */
  constructor(text: string) {
    this.#lines = text
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "" && !line.startsWith("#"))
      .map(readLine);
  }

  /** What the list says of a script; `null`: it must pass. */
  of(name: string): KnownOutcome | null {
    const found = this.#lines.find(({ matches }) => matches.test(name));
    if (found === undefined) return null;
    this.#used.add(found.pattern);
    return found;
  }

  /** Lines that stood for no script. */
  unused(): string[] {
    return this.#lines.map(({ pattern }) => pattern).filter((pattern) => !this.#used.has(pattern));
  }
}

function readLine(line: string): Line {
  const [, kind, pattern, reason] = /^(ignore|skip|difference)\s+(\S+):\s+(.+)$/.exec(line) ?? [];
  if (kind === undefined) throw new Error(`not a line of a list: ${JSON.stringify(line)}`);
  const escaped = pattern!.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*");
  return {
    kind: kind as KnownOutcome["kind"],
    pattern: pattern!,
    reason: reason!,
    matches: new RegExp(`^${escaped}$`),
  };
}
