import { hostAddressesReady, type Peer, tcpClient, tcpServer } from "@mnet/kernel-tools";
import { createStack, type Stack, type TcpFlow } from "@mnet/stack";
import { openTap, type TapDevice } from "@mnet/tuntap";
import { expect } from "vitest";
import { until } from "../support.ts";
import { receiveAll, sendRandom } from "./transfer.ts";

/** More than what all buffers between two applications take while nobody reads. */
const OCTETS = 16 * 2 ** 20;
/** Milliseconds: longer than all tests beside which the windows are closed may take. */
const PATIENCE = 600_000;
const [HOST, STACK] = ["10.9.0.1", "10.9.0.2"];
const [HOST6, STACK6] = ["fd09::1", "fd09::2"];

interface Stalled {
  readonly peer: Peer;
  readonly flow: TcpFlow;
  readonly sending: Promise<string>;
}

/**
 * A stack and Linux on a TAP of their own, in the middle of transfers whose receivers do not read: two of ours, over IPv4 and IPv6, and
 * one of Linux's. Nothing goes on until {@link ClosedWindows.reopen}.
 */
export class ClosedWindows {
  readonly #tap: TapDevice;
  readonly #stack: Stack;
  readonly #ours: readonly Stalled[];
  readonly #theirs: { readonly flow: TcpFlow; readonly report: ReturnType<typeof tcpClient> };
  readonly #closedAt = performance.now();

  private constructor(
    tap: TapDevice,
    stack: Stack,
    ours: readonly Stalled[],
    theirs: { flow: TcpFlow; report: ReturnType<typeof tcpClient> },
  ) {
    this.#tap = tap;
    this.#stack = stack;
    this.#ours = ours;
    this.#theirs = theirs;
  }

  /** Resolves when all windows are closed. */
  static async begin(): Promise<ClosedWindows> {
    const tap = openTap({ name: "closed", host: { ipv4: `${HOST}/24`, ipv6: `${HOST6}/64` } });
    const stack = await createStack({
      device: tap,
      ipv4: `${STACK}/24`,
      ipv6: `${STACK6}/64`,
      waitFor: "dad",
    });
    await hostAddressesReady(tap.name);
    try {
      const ours = [await stalled(stack, HOST), await stalled(stack, HOST6)];
      const listener = stack.tcp.listen(9000);
      const report = tcpClient({ host: STACK, port: 9000, octets: OCTETS }, PATIENCE);
      // What fails is told where it is awaited.
      report.catch(() => {});
      const flow = await listener.accept();
      await until(() => isClosed(flow));
      return new ClosedWindows(tap, stack, ours, { flow, report });
    } catch (error) {
      await stack.kill({ timeout: 0 });
      await tap.close();
      throw error;
    }
  }

  /** Waits until the windows have been closed for `duration` milliseconds, with nothing but probes on the way. */
  async heldFor(duration: number): Promise<void> {
    const left = duration - (performance.now() - this.#closedAt);
    if (left > 0) await new Promise((resolve) => setTimeout(resolve, left));
    for (const { flow } of this.#ours) {
      const info = flow.info();
      expect(info).toMatchObject({ state: "ESTABLISHED", sendWindow: 0 });
      expect(info["windowLimited"]).toBeGreaterThanOrEqual(0.95 * duration);
      // The interval doubles from the timeout on (RFC 9293 3.8.6.1), and each probe is answered (MUST-35, MUST-36).
      expect(info["probes"]).toBeLessThanOrEqual(1);
    }
    const probes = this.#stack.stats()["tcp"]!["windowProbes"]!;
    const doublings = (time: number): number => Math.log2(time / 200);
    expect(probes).toBeGreaterThanOrEqual(2 * Math.floor(doublings(duration) - 1));
    expect(probes).toBeLessThanOrEqual(2 * Math.ceil(doublings(performance.now() - this.#closedAt) + 3));
    expect(this.#theirs.flow.info()).toMatchObject({ state: "ESTABLISHED", outOfOrder: 0 });
    expect(isClosed(this.#theirs.flow)).toBe(true);
  }

  /** All receivers read: every octet arrives. @returns milliseconds that took. */
  async reopen(): Promise<number> {
    const began = performance.now();
    for (const { peer, flow, sending } of this.#ours) {
      peer.command("resume");
      expect(new TextDecoder().decode(await flow.readExactly(64))).toBe(await sending);
      await flow.close();
    }
    const received = await receiveAll(this.#theirs.flow);
    await this.#theirs.flow.close();
    const { first } = await this.#theirs.report;
    expect(first).toMatchObject({ sent: OCTETS, ended: true, error: null });
    expect(received).toEqual({ octets: OCTETS, hash: first.sentHash });
    return performance.now() - began;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#ours.map(({ peer }) => peer.stop()));
    await this.#stack.kill({ timeout: 0 });
    await this.#tap.close();
  }
}

/** Whether the window that we offer reads 0 on the wire: its unit is two to the power of the scale. */
function isClosed(flow: TcpFlow): boolean {
  const { receiveWindow, receiveScale } = flow.info();
  return Number(receiveWindow) < 2 ** Number(receiveScale);
}

/** We send to a program of Linux that does not read. */
async function stalled(stack: Stack, host: string): Promise<Stalled> {
  const { peer, port } = await tcpServer({ mode: "stall", host: "::" });
  const flow = await stack.tcp.connect({ host, port });
  const sending = sendRandom(flow, OCTETS);
  // What fails is told where it is awaited.
  sending.catch(() => {});
  await until(() => flow.info()["sendWindow"] === 0);
  return { peer, flow, sending };
}
