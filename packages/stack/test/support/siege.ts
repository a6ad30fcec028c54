import { SimulatedHub, Timeline } from "@mnet/simulation";
import { type Logger, type Stack, type StackOptions, silentLogger } from "@mnet/stack";
import { expect, onTestFinished } from "vitest";
import { Attacker } from "./attacker.ts";
import { settle, stackOn } from "./world.ts";

/** Who is attacked. */
export const VICTIM = "10.0.0.2";
/** An honest host on the same link. */
export const HONEST = "10.0.0.9";
/** The attacker's own address; it is the victim's gateway too, so it sees the answers to every forged source beyond the link. */
export const ATTACKER = "10.0.0.66";
/** The victim's echo service. */
export const ECHO_PORT = 7;

export interface SiegeOptions {
  readonly seed?: number;
  /** What the clock shows at first. Default 0. */
  readonly start?: number;
  readonly victim?: Partial<StackOptions>;
}

/** A stack with an echo service, an attacker and an honest host on one link and one virtual clock. */
export interface Siege {
  readonly timeline: Timeline;
  readonly victim: Stack;
  readonly honest: Stack;
  readonly attacker: Attacker;
  /** One counter of the victim, 0 when it never counted. */
  count(layer: string, name: string): number;
  /** Whether the honest host can open a new connection and gets its octets back, within 2 s of virtual time. */
  serves(): Promise<boolean>;
}

/** Whatever arrives, no layer may throw: asserted when the test ends. */
export async function siege(options: SiegeOptions = {}): Promise<Siege> {
  const faults: unknown[] = [];
  const logger: Logger = { ...silentLogger, warn: (text, fields) => void faults.push([text, fields]) };
  const timeline = new Timeline({ seed: options.seed ?? 1, start: options.start ?? 0 });
  const hub = new SimulatedHub(timeline);
  const attacker = new Attacker(hub.attach("02:00:00:00:00:66"), ATTACKER, VICTIM);
  const victim = await stackOn(timeline, hub.attach(), {
    name: "victim",
    ipv4: `${VICTIM}/24`,
    gateway: ATTACKER,
    logger,
    ...options.victim,
  });
  const honest = await stackOn(timeline, hub.attach(), { name: "honest", ipv4: `${HONEST}/24` });
  onTestFinished(() => {
    const thrown = faults
      .filter((fault) => String((fault as unknown[])[0]).includes("layer failed"))
      .slice(0, 1);
    expect(thrown).toEqual([]);
    expect(victim.stats()["ethernet"]!["receivedHandlerFault"] ?? 0).toBe(0);
  });
  attacker.aimAt(String(victim.mac));
  victim.tcp
    .listen(ECHO_PORT)
    .serve(async (flow) => {
      for await (const chunk of flow) await flow.write(chunk);
    })
    .catch(() => {});
  // Both know each other's MAC address from here on.
  attacker.icmp({ type: 8, code: 0 });
  await timeline.run(3000);
  attacker.frames.length = 0;
  return {
    timeline,
    victim,
    honest,
    attacker,
    count: (layer, name) => victim.stats()[layer]?.[name] ?? 0,
    serves: () => serves(timeline, honest),
  };
}

async function serves(timeline: Timeline, honest: Stack): Promise<boolean> {
  const exchange = async (): Promise<boolean> => {
    const flow = await honest.tcp.connect({ host: VICTIM, port: ECHO_PORT });
    await flow.write("still there?");
    const answer = new TextDecoder().decode(await flow.readExactly(12));
    await flow.close();
    return answer === "still there?";
  };
  return settle(timeline, exchange(), 2000).catch(() => false);
}
