import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { defaultArpParameters } from "@mnet/arp";
import { defaultIcmpParameters } from "@mnet/icmp";
import { defaultIpv4Parameters } from "@mnet/ipv4";
import { defaultIpv6Parameters } from "@mnet/ipv6-ndp";
import { defaultParameters } from "@mnet/tcp";
import { defaultUdpParameters } from "@mnet/udp";
import { describe, expect, test } from "vitest";

const root = new URL("../../../", import.meta.url).pathname;
const read = (path: string): string => readFileSync(join(root, path), "utf8");

/** Everything between backquotes that looks like the path of a test. */
const testsNamedIn = (text: string): string[] => [
  ...new Set([...text.matchAll(/`([\w./-]+\.test\.ts)`/g)].map(([, path]) => path!)),
];

describe.each(["docs/security.md", "docs/conformance.md"])("%s", (document) => {
  test("names tests that exist", () => {
    const named = testsNamedIn(read(document));
    expect(named.length).toBeGreaterThan(8);
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

describe("docs/security.md", () => {
  const text = read("docs/security.md");

  test("leaves out no file of attacks", () => {
    const files = readdirSync(join(root, "packages/stack/test/attacks"));
    const missing = files.filter((file) => !text.includes(`\`packages/stack/test/attacks/${file}\``));
    expect(missing).toEqual([]);
  });

  test("says the bounds that the code has", () => {
    const layers: Record<string, object> = {
      arp: defaultArpParameters,
      icmp: defaultIcmpParameters,
      ipv4: defaultIpv4Parameters,
      ipv6: defaultIpv6Parameters,
      tcp: defaultParameters,
      udp: defaultUdpParameters,
    };
    const told = [...text.matchAll(/`(\w+)\.(\w+)` = ([\d ]*\d)/g)].map(([, layer, name, value]) => ({
      name: `${layer}.${name}`,
      told: Number(value!.replaceAll(" ", "")),
      is: (layers[layer!] as Record<string, unknown> | undefined)?.[name!],
    }));
    expect(told.length).toBeGreaterThan(20);
    expect(told.filter(({ told, is }) => told !== is)).toEqual([]);
  });

  test("says the constants that the code has", () => {
    const sources = ["arp", "icmp", "ipv4", "tcp", "udp"]
      .map((name) => read(`packages/${name}/src/params.ts`))
      .join();
    const told = [...text.matchAll(/`([A-Z_]+)` = ([\d ]*\d)/g)].map(
      ([, name, value]) => `export const ${name} = ${value!.replaceAll(" ", "")};`,
    );
    expect(told.length).toBeGreaterThan(2);
    expect(told.filter((line) => !sources.includes(line))).toEqual([]);
  });
});
