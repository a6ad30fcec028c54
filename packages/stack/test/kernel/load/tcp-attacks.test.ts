import { kernelSuite } from "@mnet/kernel-tools/suite";
import type { TcpFlow } from "@mnet/stack";
import { defaultParameters } from "@mnet/tcp";
import { expect, test } from "vitest";
import { besieged, weather } from "../support/siege.ts";
import { sleep } from "../support.ts";

/**
 * Connections whose peer makes each segment cost as much as it can, beside one that lives: the echo within 500 ms, 99 of 100 turns of the
 * event loop within 20 ms, and memory that does not grow (`weather`).
 */

/** A host behind the gateway that has no stack. */
const ATTACKER = "198.18.7.7";
const PORT = 9001;
const SEGMENTS = 60_000;
/** Ranges kept of what one connection has out of order, and believed of what it says it got (`REASSEMBLY_RANGES`, `SACKED_RANGES` of @mnet/tcp). */
const RANGES = 1024;

kernelSuite("TCP peers that waste our time, over a TAP", () => {
  test("60 000 one-octet islands", async () => {
    const target = await besieged();
    const { stack, count } = target;
    const flows: TcpFlow[] = [];
    const listener = stack.tcp.listen(PORT);
    listener
      .serve(async (flow) => {
        flows.push(flow);
        // Nothing comes in order, ever.
        await flow.get();
      })
      .catch(() => {});
    const storms = await weather({ ...target, source: ATTACKER, port: PORT }, "islands", SEGMENTS);
    expect(flows.length).toBe(storms);
    for (const flow of flows) {
      expect(flow.info()).toMatchObject({ state: "ESTABLISHED", receiveQueue: 0 });
      expect(flow.info()["outOfOrder"]).toBeLessThanOrEqual(RANGES);
    }
    expect(count("tcp", "outOfOrderDrops")).toBeGreaterThan(SEGMENTS / 2);
    expect(count("tcp", "ringOctets")).toBeLessThanOrEqual((storms + 1) * defaultParameters.receiveBuffer);
    await target.finish();
  });

  test("60 000 acknowledgments that select four pieces each of a window that we have sent", async () => {
    const target = await besieged();
    const { stack, count } = target;
    const flows: TcpFlow[] = [];
    const listener = stack.tcp.listen(PORT);
    const text = new Uint8Array(65_536);
    listener
      .serve(async (flow) => {
        flows.push(flow);
        for (;;) await flow.write(text);
      })
      .catch(() => {});
    let most = 0;
    const meanwhile = async (): Promise<void> => {
      for (let i = 0; i < 200; i++) {
        await sleep(10);
        most = Math.max(most, Number(flows.at(-1)!.info()["selectivelyAcknowledged"]));
      }
    };
    const storms = await weather({ ...target, source: ATTACKER, port: PORT }, "sacks", SEGMENTS, meanwhile);
    expect(flows.length).toBe(storms);
    // The blocks were looked at: those that hold whole segments count.
    expect(most).toBeGreaterThan(0);
    expect(flows.at(-1)!.info()["sendQueue"]).toBeLessThanOrEqual(defaultParameters.largestSendBuffer);
    // The attacker gets no flood of repetitions for its pains.
    expect(count("tcp", "retransmittedSegments")).toBeLessThan(SEGMENTS / 10);
    await target.finish();
  });
});
