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

/** Whether nmap measured sequence numbers and lost no answer to the probes that are answered. */
function isWhole(found: string): boolean {
  const answered = ["T1", "T4", "T5", "T6", "T7", "U1", "IE"].every((line) => found.includes(`${line}(R=Y`));
  return answered && found.includes("SEQ(SP=");
}

/**
 * What nmap -O found: the fields of its lines by their names. It is asked up to five times, because it leaves out what came or left too late.
 */
async function fingerprint(): Promise<(line: string) => Record<string, string>> {
  const options = ["-n", "-O", "-d", "--max-os-tries", "1", "-p", `${OPEN},${CLOSED}`];
  let found = "";
  for (let attempt = 0; attempt < 5 && !isWhole(found); attempt++) {
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

/** What hping3 says of the first answer to one packet; `silence` when none came. It waits a second: where an answer is due it asks again. */
async function hping(due: string, ...options: string[]): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const said = await hpingOnce(...options);
    if (said !== "silence" || due === "silence" || attempt === 4) return said;
  }
}

/** The lines that hping3 says of the answers to `count` SYNs. What comes later than a second after the last is missing: it is asked up to four times. */
async function synAnswers(count: number, ...options: string[]): Promise<string[]> {
  const syns = ["-n", "-c", String(count), "-i", "u10000", ...options, "-S", "-p", String(OPEN), STACK];
  let lines: string[] = [];
  for (let attempt = 1; attempt <= 4 && lines.length < count; attempt++) {
    const { stdout } = await run("hping3", syns);
    lines = stdout.split("\n").filter((line) => /\+\d+$|^len=/.test(line));
  }
  expect(lines).toHaveLength(count);
  return lines;
}

async function hpingOnce(...options: string[]): Promise<string> {
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
      expect(Number.parseInt(line("SEQ")["GCD"]!, 16)).toBeLessThan(1000);
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

    test("hping3: a flag by itself and flags that contradict each other, to an open and to a closed port", async () => {
      const { stack, tap, finish } = await tapStack({}, { judged: false });
      services(stack);
      const addresses = await addressesFor(tap, 9);
      await linuxPings(STACK, 56);
      const answers = async (port: number, due: Readonly<Record<string, string>>): Promise<object> => {
        const each = Object.entries(due).map(async ([flag, answer], i) => [
          flag,
          await hping(answer, "-a", addresses[i]!, flag, "-p", String(port)),
        ]);
        return Object.fromEntries(await Promise.all(each));
      };
      const open = {
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
      };
      expect(await answers(OPEN, open)).toEqual(open);
      const closed = {
        "-S": "RA",
        "-A": "R",
        "-F": "RA",
        "-R": "silence",
        "-X": "RA",
        "-SF": "RA",
        "-SR": "silence",
        "-FPU": "RA",
        "-SA": "R",
      };
      expect(await answers(CLOSED, closed)).toEqual(closed);
      await finish();
    });

    test("hping3: fragments, wrong checksums, our own address, odd ICMP, unknown protocols", async () => {
      const { stack, tap, finish } = await tapStack({}, { judged: false });
      services(stack);
      const addresses = await addressesFor(tap, 9);
      await linuxPings(STACK, 56);
      const syn = ["-S", "-p", String(OPEN)];
      const packets = {
        fragmented: { options: [...syn, "-f"], due: "SA" },
        wrongChecksum: { options: [...syn, "-b"], due: "silence" },
        udpOpen: { options: ["--udp", "-p", String(OPEN), "-d", "4"], due: "answer" },
        largeEcho: { options: ["--icmp", "-d", "3000"], due: "answer" },
        udpClosed: { options: ["--udp", "-p", String(CLOSED)], due: "Port Unreachable" },
        unknownProtocol: {
          options: ["--rawip", "--ipproto", "253", "-d", "20"],
          due: "Protocol Unreachable",
        },
        // RFC 6918 and RFC 1122 3.2.2.7-9: obsolete, or of use only to those who map hosts.
        timestamp: { options: ["--icmp", "-C", "13"], due: "silence" },
        addressMask: { options: ["--icmp", "-C", "17"], due: "silence" },
        information: { options: ["--icmp", "-C", "15"], due: "silence" },
      };
      const answers = Object.entries(packets).map(async ([name, { options, due }], i) => [
        name,
        { options, due: await hping(due, "-a", addresses[i]!, ...options) },
      ]);
      expect(Object.fromEntries(await Promise.all(answers))).toEqual(packets);
      expect(await hping("silence", "-a", STACK, ...syn)).toBe("silence");
      await linuxPings(STACK, 56);
      await finish();
    });

    test("hping3 counts nothing: sequence numbers go up and down, identifications of DF datagrams are 0", async () => {
      const { stack, finish } = await tapStack({}, { judged: false });
      services(stack);
      const increments = (await synAnswers(20, "-Q")).map((line) => Number(/\+(\d+)$/.exec(line)?.[1]));
      // hping3 uses another port each time: under RFC 6528 each is another counter.
      expect(new Set(increments).size).toBe(20);
      expect(increments.filter((step) => step < 2 ** 31).length).toBeGreaterThan(0);
      expect(increments.filter((step) => step >= 2 ** 31).length).toBeGreaterThan(0);
      const identifications = (await synAnswers(5)).map((line) => / DF id=(\d+) /.exec(line)?.[1]);
      expect(identifications).toEqual(new Array(5).fill("0"));
      await finish();
    });
  },
  { commands: ["nmap", "hping3", "ping"] },
);
