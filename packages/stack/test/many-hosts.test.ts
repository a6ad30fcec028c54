import { setBorrowDebug } from "@mnet/core";
import { scenario } from "@mnet/simulation/node";
import { expect, onTestFinished, test } from "vitest";
import { town } from "./support/town.ts";

// As it is, the short form. `pnpm --filter @mnet/stack run soak:hosts` is the long one: 1 000 hosts for an hour.
const hosts = Number(process.env["MNET_HOSTS"] ?? 100);
const minutes = Number(process.env["MNET_MINUTES"] ?? 2);
const long = hosts >= 1000;

/** Seconds of processor time that 1 000 hosts should take for an hour, and twice that, which no busy machine explains. */
const GOAL = 60;
const LIMIT = 2 * GOAL;

test(`${hosts} hosts on one segment ping each other and echo files for ${minutes} minutes`, async () => {
  if (long) setBorrowDebug(false);
  onTestFinished(() => setBorrowDebug(true));
  const began = performance.now();
  const before = process.cpuUsage();
  await scenario("many hosts", async (played) => {
    const interval = long ? 60_000 : 10_000;
    const report = await town(played, { hosts, minutes, interval, octets: 16_384 });
    // Everybody gets to the end, less the half minute that is left for the last transfers.
    const rounds = Math.floor((minutes * 60_000 - 30_000) / interval);
    expect(report.pings).toBeGreaterThan(hosts * (rounds - 3));
    expect(report.answered).toBe(report.pings);
    expect(report.transfers).toBeGreaterThanOrEqual(hosts * Math.floor(rounds / 10));
    expect(report.intact).toBe(report.transfers);
    expect(played.timeline.now()).toBe(minutes * 60_000);
  });
  if (!long) return;
  const { user, system } = process.cpuUsage(before);
  const seconds = (user + system) / 1e6;
  console.log(
    `${seconds.toFixed(1)} s of processor time (goal: ${GOAL}), ${((performance.now() - began) / 1000).toFixed(1)} s in all`,
  );
  expect(seconds).toBeLessThan(LIMIT);
});
