import { parseTcp, type TcpFields, tcpSegment } from "@mnet/conformance";
import { type DeviceSink, type NetworkDevice, Packet } from "@mnet/core";
import { devicePair } from "@mnet/devices";
import type { Stack } from "@mnet/stack";
import { readAll } from "./streams.ts";

/** The far end of a device: delivers octets as frames at once, and keeps the last frames that were sent. */
export class Wire {
  readonly device: NetworkDevice;
  readonly sent: Uint8Array[] = [];
  #sink: DeviceSink | null = null;

  constructor() {
    const [device] = devicePair();
    this.device = {
      mac: device.mac,
      capabilities: { ...device.capabilities, rxTrusted: false },
      start: (sink) => {
        this.#sink = sink;
      },
      send: (packet) => {
        if (this.sent.length < 8) this.sent.push(packet.toBytes());
        return true;
      },
      pause: () => {},
      resume: () => {},
      ref: () => {},
      unref: () => {},
      close: async () => {},
    };
  }

  deliver(frame: Uint8Array): void {
    const packet = new Packet(frame.slice());
    packet.reset(0, frame.length);
    this.#sink!.receive(packet);
  }

  batchEnd(): void {
    this.#sink!.batchEnd();
  }
}

/** What a peer could answer to a TCP segment that it was sent, sensible and not. @param ip the peer's address and the stack's. */
export function answersTo(
  segment: Uint8Array,
  ip: { readonly source: string; readonly destination: string },
): Uint8Array[] {
  const { sourcePort, destinationPort, sequence, acknowledgment, ...tcp } = parseTcp(segment, ip);
  if (tcp.flags.includes("R")) return [];
  const took = tcp.payload.length + (/[SF]/.test(tcp.flags) ? 1 : 0);
  const ports = { sourcePort: destinationPort, destinationPort: sourcePort };
  const next = { ...ip, ...ports, sequence: acknowledgment, acknowledgment: sequence + took };
  const answer = (flags: string, size = 0, changes: Partial<TcpFields> = {}): Uint8Array =>
    tcpSegment({ ...next, flags, ...changes }, new Uint8Array(size));
  return [
    answer(tcp.flags === "S" ? "SA" : "A"),
    answer("A", 700),
    answer("A", 300, { sequence: acknowledgment + 900 }),
    answer("FA", 10),
    answer("RA"),
  ];
}

/** Applications on the stack, written as if the peer were honest. */
export function serve(stack: Stack): { octets: number } {
  const served = { octets: 0 };
  const ignore = (): void => {};
  stack.tcp
    .listen(80)
    .serve(async (flow) => {
      await flow.write("hello");
      served.octets += (await readAll(flow)).length;
    })
    .catch(ignore);
  const socket = stack.udp.bind({ port: 9 });
  const echo = async (): Promise<void> => {
    for await (const { data, remote } of socket) {
      served.octets += data.length;
      await socket.send(data, remote).catch(ignore);
    }
  };
  echo().catch(ignore);
  return served;
}
