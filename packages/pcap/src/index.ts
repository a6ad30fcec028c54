/** Packet captures in pcapng, the format of Wireshark and tcpdump, over `Uint8Array`. */

export { type CapturedInterface, type CapturedPacket, type PcapngFile, readPcapng } from "./reader.ts";
export { LinkType, type PacketDetails, PcapngWriter, type PcapngWriterOptions } from "./writer.ts";
