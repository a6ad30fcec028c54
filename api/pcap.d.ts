// The public surface of the package. Written by `npm run release-check -- --update`; reviewed, not edited.

// @mnet/pcap

interface CapturedInterface {
    readonly linkType: number;
    readonly snapLength: number;
    readonly name: string | null;
    readonly unitsPerSecond: bigint;
    readonly offsetSeconds: bigint;
}

interface CapturedPacket {
    readonly interface: number;
    readonly bytes: Uint8Array;
    readonly originalLength: number;
    readonly timestampMicroseconds: number | null;
    readonly direction: "in" | "out" | null;
    readonly comment: string | null;
}

declare const LinkType: {
    readonly Ethernet: 1;
    readonly Raw: 101;
};

interface PacketDetails {
    readonly timestampMicroseconds: number | bigint;
    readonly direction?: "in" | "out";
    readonly comment?: string;
}

interface PcapngFile {
    readonly interfaces: readonly CapturedInterface[];
    readonly packets: readonly CapturedPacket[];
    readonly truncated: boolean;
}

declare class PcapngWriter {
    #private;
    constructor(options: PcapngWriterOptions);
    packet(bytes: Uint8Array, details: PacketDetails): void;
}

interface PcapngWriterOptions {
    write(bytes: Uint8Array<ArrayBuffer>): void;
    readonly linkType?: number;
    readonly snapLength?: number;
    readonly interfaceName?: string;
    readonly application?: string;
}

declare function readPcapng(bytes: Uint8Array): PcapngFile;

export {
  type CapturedInterface,
  type CapturedPacket,
  LinkType,
  type PacketDetails,
  type PcapngFile,
  PcapngWriter,
  type PcapngWriterOptions,
  readPcapng,
};
