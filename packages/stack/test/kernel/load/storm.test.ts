import { defaultIpv4Parameters } from "@mnet/ipv4";
import { tcpClient } from "@mnet/kernel-tools";
import { kernelSuite } from "@mnet/kernel-tools/suite";
import { defaultParameters } from "@mnet/tcp";
import { expect, test } from "vitest";
import { besieged, PORT, weather } from "../support/siege.ts";
import { STACK, sleep } from "../support.ts";

/** Bad frames by the ten thousand, injected from the kernel's side of a TAP, beside a connection that lives through it. */

kernelSuite("storms over a TAP", () => {
  test("20 000 malformed frames", async () => {
    const target = await besieged();
    const { stack, count } = target;
    await weather(target, "malformed", 20_000);
    expect(count("ethernet", "receivedHandlerFault")).toBe(0);
    expect(count("ipv4", "receivedBadHeaderLength")).toBeGreaterThan(500);
    expect(count("ipv4", "receivedBadChecksum")).toBeGreaterThan(1000);
    expect(count("ipv4", "receivedBadLength")).toBeGreaterThan(500);
    expect(stack.stats()["arp"]!["neighbors"]).toBeLessThanOrEqual(1024);
    await target.finish();
  });

  test("100 000 spoofed SYNs", async () => {
    const target = await besieged();
    const { count } = target;
    const clients = 5;
    // Others connect in the midst of it, each with a cookie, and lose nothing by it.
    const meanwhile = async (): Promise<void> => {
      for (let i = 0; i < clients; i++) {
        await sleep(1000);
        const client = await tcpClient({ host: STACK, port: PORT, octets: 100_000 });
        expect(client).toMatchObject({ established: 1, echoed: 1, errors: {} });
      }
    };
    await weather(target, "syn", 100_000, meanwhile);
    const { synQueue } = defaultParameters;
    const { passiveOpens, cookiesSent, cookiesReceived, halfOpen } = target.stack.stats()["tcp"]!;
    // The table once, whose records time out in the meantime, and cookies for all that found it full.
    expect(passiveOpens! + cookiesSent!).toBeGreaterThan(95_000);
    expect(cookiesSent).toBeGreaterThan(90_000);
    expect(cookiesReceived).toBeGreaterThanOrEqual(clients);
    expect(count("tcp", "listenOverflows")).toBe(0);
    expect(halfOpen).toBeLessThanOrEqual(synQueue);
    expect(halfOpen).toBeGreaterThan(synQueue / 2);
    await target.finish();
  });

  test("60 000 fragments that never complete", async () => {
    const target = await besieged();
    const { count } = target;
    await weather(target, "fragment", 60_000);
    const { reassemblyOctets, reassemblyQueues } = defaultIpv4Parameters;
    expect(count("ipv4", "reassemblyEvictions")).toBeGreaterThan(50_000);
    expect(count("ipv4", "reassemblyQueues")).toBeLessThanOrEqual(reassemblyQueues);
    expect(count("ipv4", "reassemblyOctets")).toBeLessThanOrEqual(reassemblyOctets);
    await target.finish();
  });
});
