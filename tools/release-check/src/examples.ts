/** One ```ts block of a page that is a whole program. */
export interface Example {
  /** Where it is from, for messages: `@mnet/arp README.md:12`. */
  readonly where: string;
  /** A file name for it, without extension. */
  readonly file: string;
  readonly code: string;
  /** What it prints, or exports: the ```text block right behind it. `null` when the page does not say. */
  readonly shows: string | null;
  /** It is a test for vitest rather than a program. */
  readonly test: boolean;
  /** It opens a TAP: needs root, Linux and a network namespace of its own. */
  readonly tap: boolean;
  /** It uses Node itself. */
  readonly node: boolean;
}

const NODE_ONLY = /from "(node:|@mnet\/boot|@mnet\/tuntap|@mnet\/[\w-]+\/node)/;

/**
 * The ```ts examples of a page in Markdown. A block marked "```ts fragment" is no whole program and is left out.
 * @param where how messages call the page
 * @param file how the files made of its examples are called
 */
export function extractExamples(markdown: string, where: string, file: string): Example[] {
  const examples: Example[] = [];
  const blocks = /^```ts\n([\s\S]*?)^```\n(?:\n```text\n([\s\S]*?)\n```$)?/gm;
  for (const match of markdown.matchAll(blocks)) {
    const code = match[1]!;
    const line = markdown.slice(0, match.index).split("\n").length;
    examples.push({
      where: `${where}:${line}`,
      file: `${file}-${examples.length + 1}`,
      code,
      shows: match[2] ?? null,
      test: code.includes('from "vitest"'),
      tap: /from "@mnet\/(boot|tuntap)"/.test(code),
      node: NODE_ONLY.test(code),
    });
  }
  return examples;
}
