import {
  fuzz,
  fuzzPlan,
  ipv6OptionsHeader,
  ipv6Packet,
  mldQuery,
  mldV1Message,
  mldV2Report,
  repairIpv6,
  routerAlertOption,
} from "@mnet/conformance";
import { expect, it } from "vitest";
import { ListenerBench, ROUTER } from "./bench.ts";

const GROUP = "ff02::fb";
const OTHER = "ff05::1:3";
const around = { source: ROUTER, destination: "ff02::1" };

function packet(message: Uint8Array): Uint8Array {
  const chain = ipv6OptionsHeader({ nextHeader: 58, options: [routerAlertOption()] }, message);
  return ipv6Packet({ ...around, nextHeader: 0, hopLimit: 1 }, chain);
}

const samples = [
  packet(mldQuery(around)),
  packet(mldQuery({ ...around, group: GROUP, maximumResponse: 1 })),
  packet(mldQuery({ ...around, group: OTHER, sources: ["fd00::1", "fd00::2", "fd00::3"] })),
  packet(mldQuery({ ...around, old: true, maximumResponse: 2000 })),
  packet(mldQuery({ ...around, old: true, group: GROUP })),
  packet(mldV1Message({ ...around, message: "report", group: GROUP })),
  packet(mldV1Message({ ...around, message: "done", group: OTHER })),
  packet(mldV2Report({ ...around, records: [{ type: "toExclude", group: GROUP }] })),
];

it("200 000 MLD messages, random and mutated: few answers, a deadline that passes, no group lost", () => {
  const bench = new ListenerBench({ parameters: { multicastSources: 8 } });
  bench.join(GROUP, OTHER);
  let sent = 0;
  fuzz({ plan: fuzzPlan(process.env), samples, repair: repairIpv6 }, (input, index) => {
    bench.deliver(input);
    if (index % 10 === 0) bench.run(10);
    sent += bench.link.take().length;
  });
  // At most one answer in 100 ms about each group and one about both.
  expect(sent).toBeGreaterThan(0);
  expect(sent).toBeLessThan(3 * ((bench.now - 1000) / 100 + 1));
  for (const group of [GROUP, OTHER]) expect(bench.has(group)).toBe(true);
  expect(Object.keys(bench.listener.counters.snapshot()).sort()).toEqual([
    "BadDestination",
    "BadHopLimit",
    "BadLength",
    "BadOption",
    "BadSource",
    "Handled",
    "Ignored",
    "TooShort",
  ]);
  // Everything that was asked for is answered in the end, and older queriers are forgotten: 7 * 31 744 s at most.
  bench.run(70 * 3_600_000);
  expect(bench.listener.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
});
