import { run, runOk } from "@mnet/kernel-tools";
import { kernelSuite } from "@mnet/kernel-tools/suite";
import type { Stack } from "@mnet/stack";
import type { TapDevice } from "@mnet/tuntap";
import { expect, test } from "vitest";
import { echo } from "./support/transfer.ts";
import { linuxPings, STACK, tapStack } from "./support.ts";

const OPEN = 9000;
const CLOSED = 9001;

/** TCP and UDP services on one port, as the echo application has them. */
function services(stack: Stack): void {
  stack.tcp
    .listen(OPEN)
    .serve(echo)
    .catch(() => {});
  const socket = stack.udp.bind({ port: OPEN });
  (async () => {
    for await (const { data, remote } of socket) await socket.send(data, remote);
  })().catch(() => {});
}

/** State by port or protocol in nmap's table. */
async function nmap(...options: string[]): Promise<Record<string, string>> {
  const { stdout } = await runOk("nmap", ["-n", "-Pn", ...options, STACK]);
  const lines = stdout.matchAll(/^(\d+)(?:\/\w+)?\s+(open|closed|filtered|unfiltered|open\|filtered)\s/gm);
  return Object.fromEntries([...lines].map(([, port, state]) => [port, state]));
}

/**
 * What nmap -O found: the fields of its lines by their names. It is asked up to five times, because it leaves out what it has to measure in time
 * when its probes did not leave in time.
 */
async function fingerprint(): Promise<(line: string) => Record<string, string>> {
  const options = ["-n", "-O", "-d", "--max-os-tries", "1", "-p", `${OPEN},${CLOSED}`];
  let found = "";
  for (let attempt = 0; attempt < 5 && !found.includes("SEQ(SP="); attempt++) {
    const { stdout } = await runOk("nmap", [...options, STACK], { timeout: 60_000 });
    found = [...stdout.matchAll(/^OS:(.*)$/gm)].map(([, part]) => part).join("");
  }
  return (name) => {
    const fields = new RegExp(`${name}\\(([^)]*)\\)`).exec(found)?.[1] ?? "";
    return Object.fromEntries(fields.split("%").map((field) => field.split("=") as [string, string]));
  };
}

/** Addresses of Linux for several hping3 at a time: each takes every answer to its address for its own. */
async function addressesFor(tap: TapDevice, count: number): Promise<string[]> {
  const addresses = Array.from({ length: count }, (_, i) => `10.0.0.${100 + i}`);
  for (const address of addresses) await runOk("ip", ["address", "add", `${address}/24`, "dev", tap.name]);
  return addresses;
}

/** What hping3 says of the first answer to one packet; `silence` when none came. */
async function hping(...options: string[]): Promise<string> {
  const { stdout } = await run("hping3", ["-n", "-c", "1", ...options, STACK]);
  const flags = /flags=(\w+)/.exec(stdout)?.[1];
  const error = /^ICMP (.*) from ip=/m.exec(stdout)?.[1];
  return flags ?? error ?? (/^len=/m.test(stdout) ? "answer" : "silence");
}

kernelSuite(
  "scanners",
  () => {
    test("nmap -sT, -sS, -sU, -sO and a NULL scan find what is open, what is closed, and nothing filtered", async () => {
      const { stack, finish } = await tapStack({}, { judged: false });
      services(stack);
      const range = ["-p", "8995-9004"];
      const ports = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [8995 + i, "closed"]));
      expect(await nmap("-sT", ...range)).toEqual({ ...ports, [OPEN]: "open" });
      expect(await nmap("-sS", ...range)).toEqual({ ...ports, [OPEN]: "open" });
      // An open port says nothing to a segment without flags, a closed one resets (RFC 9293 3.10.7).
      expect(await nmap("-sN", ...range)).toEqual({ ...ports, [OPEN]: "open|filtered" });
      expect(await nmap("-sU", "-p", `${OPEN},${CLOSED}`, "--data-length", "8")).toEqual({
        [OPEN]: "open",
        [CLOSED]: "closed",
      });
      expect(await nmap("-sO", "-p", "1,6,17,253")).toEqual({
        1: "open",
        6: "open",
        17: "open",
        253: "closed",
      });
      expect(stack.stats()["tcp"]).toMatchObject({ halfOpen: 0, connections: 0 });
      await finish();
    });

    test("nmap -O: the fingerprint of an RFC 9293 host that cannot be predicted", async () => {
      const { stack, finish } = await tapStack({}, { judged: false });
      services(stack);
      const line = await fingerprint();
      // Initial sequence numbers: no large common divisor (of five steps), a deviation of 2^28 or more (SP is 8 times its log2).
      expect(line("SEQ")).toMatchObject({ TI: "Z", CI: "Z" });
      expect(Number.parseInt(line("SEQ")["GCD"]!, 16)).toBeLessThan(8);
      expect(Number.parseInt(line("SEQ")["SP"]!, 16)).toBeGreaterThanOrEqual(8 * 28);
      expect(line("T1")).toMatchObject({ R: "Y", DF: "Y", T: "40", S: "O", A: "S+", F: "AS" });
      // To an open port: no flags at all, and SYN FIN URG PSH: silence. ACK: a reset.
      expect(line("T2")).toEqual({ R: "N" });
      expect(line("T3")).toEqual({ R: "N" });
      expect(line("T4")).toMatchObject({ R: "Y", DF: "Y", T: "40", W: "0", S: "A", A: "Z", F: "R" });
      // To a closed port: SYN, ACK and FIN PSH URG are all reset, each as RFC 9293 3.10.7.1 says.
      expect(line("T5")).toMatchObject({ R: "Y", W: "0", S: "Z", A: "S+", F: "AR" });
      expect(line("T6")).toMatchObject({ R: "Y", W: "0", S: "A", A: "Z", F: "R" });
      expect(line("T7")).toMatchObject({ R: "Y", W: "0", S: "Z", A: "S+", F: "AR" });
      // The quote of a port unreachable is the datagram, untouched (G: good), and as much of it as fits.
      expect(line("U1")).toMatchObject({
        R: "Y",
        T: "40",
        IPL: "164",
        UN: "0",
        RIPL: "G",
        RID: "G",
        RIPCK: "G",
        RUCK: "G",
        RUD: "G",
      });
      // Echo replies: our own DF, the code of the request.
      expect(line("IE")).toMatchObject({ R: "Y", DFI: "N", T: "40", CD: "S" });
      await finish();
    });

    test("hping3: every combination of flags, to an open and to a closed port", async () => {
      const { stack, tap, finish } = await tapStack({}, { judged: false });
      services(stack);
      const addresses = await addressesFor(tap, 9);
      await linuxPings(STACK, 56);
      const flags = ["-S", "-A", "-F", "-R", "-X", "-SF", "-SR", "-FPU", "-SA"];
      const answers = async (port: number): Promise<Record<string, string>> => {
        const each = await Promise.all(
          flags.map((flag, i) => hping("-a", addresses[i]!, flag, "-p", String(port))),
        );
        return Object.fromEntries(flags.map((flag, i) => [flag, each[i]!]));
      };
      const [open, closed] = [await answers(OPEN), await answers(CLOSED)];
      expect(open).toEqual({
        "-S": "SA",
        "-A": "R",
        "-F": "silence",
        "-R": "silence",
        "-X": "silence",
        // As Linux, and against scans: a SYN that ends what it begins is none.
        "-SF": "silence",
        "-SR": "silence",
        "-FPU": "silence",
        "-SA": "R",
      });
      expect(closed).toMatchObject({
        "-S": "RA",
        "-A": "R",
        "-F": "RA",
        "-R": "silence",
        "-X": "RA",
        "-SR": "silence",
      });
      await finish();
    });

    test("hping3: fragments, wrong checksums, our own address, odd ICMP, unknown protocols", async () => {
      const { stack, tap, finish } = await tapStack({}, { judged: false });
      services(stack);
      const addresses = await addressesFor(tap, 9);
      await linuxPings(STACK, 56);
      const syn = ["-S", "-p", String(OPEN)];
      const packets = {
        fragmented: [...syn, "-f"],
        wrongChecksum: [...syn, "-b"],
        udpOpen: ["--udp", "-p", String(OPEN), "-d", "4"],
        largeEcho: ["--icmp", "-d", "3000"],
        udpClosed: ["--udp", "-p", String(CLOSED)],
        unknownProtocol: ["--rawip", "--ipproto", "253", "-d", "20"],
        timestamp: ["--icmp", "-C", "13"],
        addressMask: ["--icmp", "-C", "17"],
        information: ["--icmp", "-C", "15"],
      };
      const answers = await Promise.all(
        Object.entries(packets).map(async ([name, options], i) => [
          name,
          await hping("-a", addresses[i]!, ...options),
        ]),
      );
      expect(Object.fromEntries(answers)).toEqual({
        fragmented: "SA",
        wrongChecksum: "silence",
        udpOpen: "answer",
        largeEcho: "answer",
        udpClosed: "Port Unreachable",
        unknownProtocol: "Protocol Unreachable",
        // RFC 6918 and RFC 1122 3.2.2.7-9: obsolete, or of use only to those who map hosts.
        timestamp: "silence",
        addressMask: "silence",
        information: "silence",
      });
      expect(await hping("-a", STACK, ...syn)).toBe("silence");
      await linuxPings(STACK, 56);
      await finish();
    });

    test("hping3 counts nothing: sequence numbers go up and down, identifications of DF datagrams are 0", async () => {
      const { stack, finish } = await tapStack({}, { judged: false });
      services(stack);
      const { stdout } = await runOk("hping3", [
        "-n",
        "-c",
        "20",
        "-i",
        "u10000",
        "-Q",
        "-S",
        "-p",
        String(OPEN),
        STACK,
      ]);
      const increments = [...stdout.matchAll(/\+(\d+)$/gm)].map(([, step]) => Number(step));
      expect(increments.length).toBe(20);
      // hping3 uses another port each time: under RFC 6528 each is another counter.
      expect(new Set(increments).size).toBe(20);
      expect(increments.filter((step) => step < 2 ** 31).length).toBeGreaterThan(0);
      expect(increments.filter((step) => step >= 2 ** 31).length).toBeGreaterThan(0);
      const identified = await runOk("hping3", [
        "-n",
        "-c",
        "5",
        "-i",
        "u10000",
        "-S",
        "-p",
        String(OPEN),
        STACK,
      ]);
      expect([...identified.stdout.matchAll(/ DF id=(\d+) /g)].map(([, id]) => id)).toEqual(
        new Array(5).fill("0"),
      );
      await finish();
    });
  },
  { commands: ["nmap", "hping3", "ping"] },
);
