import { type PcapngFile, PcapngWriter, readPcapng } from "@mnet/pcap";

const file: number[] = [];
const writer = new PcapngWriter({ write: (block) => file.push(...block), application: "example" });

const frame = new Uint8Array(60).fill(0xff, 0, 6);
writer.packet(frame, { timestampMicroseconds: 1_700_000_000_000_000n, direction: "out", comment: "hello" });

export const capture: PcapngFile = readPcapng(Uint8Array.from(file));
