import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { LinkType, PcapngWriter } from "@mnet/pcap";
import type { WirePacket } from "../engine/world.ts";

/** Writes the packets of one script to `FOLDER/NAME.pcapng`, with bare IP packets at virtual times. */
export function writeCapture(folder: string, name: string, packets: readonly WirePacket[]): void {
  const path = join(folder, `${name}.pcapng`);
  mkdirSync(dirname(path), { recursive: true });
  const parts: Uint8Array[] = [];
  const writer = new PcapngWriter({ write: (bytes) => parts.push(bytes), linkType: LinkType.Raw });
  for (const { at, direction, octets } of packets) {
    writer.packet(octets, { timestampMicroseconds: Math.round(at * 1000), direction });
  }
  writeFileSync(path, Buffer.concat(parts));
}
