import type { DeviceSink, LinkCapabilities, MacAddress, NetworkDevice, Packet } from "@mnet/core";

/** The interface of the host under test: keeps copies of what it sends; what it receives is passed to the layers directly. */
export class ScriptDevice implements NetworkDevice {
  readonly mac: MacAddress | null;
  readonly capabilities: LinkCapabilities;
  readonly #sent: (octets: Uint8Array<ArrayBuffer>) => void;

  constructor(mac: MacAddress | null, mtu: number, sent: (octets: Uint8Array<ArrayBuffer>) => void) {
    this.mac = mac;
    this.capabilities = {
      medium: mac === null ? "ip" : "ethernet",
      mtu,
      headroom: 0,
      txChecksum: false,
      rxTrusted: false,
      gather: 0,
      segmentation: { tcp4: false, tcp6: false, udp: false, maxOctets: 0 },
    };
    this.#sent = sent;
  }

  send(packet: Packet): boolean {
    this.#sent(new Uint8Array(packet.bytes.subarray(packet.start, packet.end)));
    return true;
  }

  start(_sink: DeviceSink): void {}
  pause(): void {}
  resume(): void {}
  ref(): void {}
  unref(): void {}
  async close(): Promise<void> {}
}
