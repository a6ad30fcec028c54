#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { writeCapture } from "./collection/capture.ts";
import { Expectations } from "./collection/expectations.ts";
import { findScripts } from "./collection/find.ts";
import { acceptedTableOf, describeFailure, describeTotals, tableOf, totalsOf } from "./collection/report.ts";
import { type CollectionOptions, runCollection } from "./collection/run-collection.ts";
import type { RunOptions } from "./engine/run.ts";

const usage = `mnet-packetdrill [options] FILE-OR-FOLDER...

Runs packetdrill scripts against the @mnet stack on a virtual clock.

  --list FILE              what is known of scripts that do not pass; everything else must
  --medium ip|ethernet     bare IP packets (default), or frames with neighbours to be resolved
  --family 4|6|mapped      of scripts that name no --ip_version: IPv4 (default), IPv6, IPv4 for sockets of AF_INET6
  --tolerance N            microseconds, in place of the scripts' --tolerance_usecs
  --initial-sequence N     the peer's first sequence number on the wire, such as 4294967000
  --port-shift N           added to the peer's ports
  --duplicate              every packet of the peer arrives twice; what only the second provokes is not compared
  --either NAME            #ifdef NAME holds in the scripts; of several names, one after the other until one passes
  --seed N                 decides everything random (default 1)
  --pcap FOLDER            captures of what failed
  --table                  ends with tables in Markdown: what was accepted, and what came of the scripts
  --help
`;

/** The peer's ports begin at 50000, one for each connection. */
const LARGEST_PORT_SHIFT = 15_000;

try {
  process.exitCode = main();
} catch (error) {
  // A wrong option, or a file that is not there.
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}

function main(): number {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      list: { type: "string" },
      medium: { type: "string" },
      family: { type: "string" },
      tolerance: { type: "string" },
      "initial-sequence": { type: "string" },
      "port-shift": { type: "string" },
      duplicate: { type: "boolean" },
      either: { type: "string", multiple: true },
      seed: { type: "string" },
      pcap: { type: "string" },
      table: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  if (values.help || positionals.length === 0) {
    process.stdout.write(usage);
    return values.help ? 0 : 2;
  }
  const known = new Expectations(values.list === undefined ? "" : readFileSync(values.list, "utf8"));
  const results = [];
  for (const result of runCollection(findScripts(positionals), known, runOptions(values))) {
    results.push(result);
    if (result.outcome.kind !== "fail") continue;
    process.stdout.write(`${describeFailure(result)}\n`);
    if (values.pcap !== undefined) writeCapture(values.pcap, result.file.name, result.packets);
  }
  const unused = known.unused();
  for (const pattern of unused) process.stdout.write(`the list names ${pattern}, which is no script\n`);
  if (values.table) process.stdout.write(`\n${acceptedTableOf(results)}\n\n${tableOf(results)}\n`);
  const totals = totalsOf(results);
  process.stdout.write(`${describeTotals(totals)}\n`);
  return totals.fail === 0 && unused.length === 0 ? 0 : 1;
}

interface GivenOptions {
  readonly medium?: string | undefined;
  readonly family?: string | undefined;
  readonly tolerance?: string | undefined;
  readonly "initial-sequence"?: string | undefined;
  readonly "port-shift"?: string | undefined;
  readonly duplicate?: boolean | undefined;
  readonly either?: readonly string[] | undefined;
  readonly seed?: string | undefined;
}

/** @throws RangeError naming the option that is wrong. */
function runOptions(given: GivenOptions): CollectionOptions {
  const { medium = "ip", family, duplicate = false } = given;
  if (medium !== "ip" && medium !== "ethernet") {
    throw new RangeError(`--medium must be ip or ethernet, not ${medium}`);
  }
  if (family !== undefined && family !== "4" && family !== "6" && family !== "mapped") {
    throw new RangeError(`--family must be 4, 6 or mapped, not ${family}`);
  }
  return {
    medium,
    duplicate,
    either: given.either ?? [],
    ...(family !== undefined && { family: family === "mapped" ? family : family === "4" ? 4 : 6 }),
    ...whole("tolerance", "tolerance", given.tolerance, Number.MAX_SAFE_INTEGER),
    ...whole("initial-sequence", "initialSequence", given["initial-sequence"], 0xffff_ffff),
    ...whole("port-shift", "portShift", given["port-shift"], LARGEST_PORT_SHIFT),
    ...whole("seed", "seed", given.seed, 0xffff_ffff),
  };
}

function whole<K extends keyof RunOptions>(
  option: string,
  key: K,
  text: string | undefined,
  largest: number,
): Partial<Record<K, number>> {
  if (text === undefined) return {};
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > largest) {
    throw new RangeError(`--${option} must be an integer from 0 to ${largest}, not ${JSON.stringify(text)}`);
  }
  return { [key]: value } as Record<K, number>;
}
