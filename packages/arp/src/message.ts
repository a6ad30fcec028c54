import { macHigh, type Packet, Verdict } from "@mnet/core";

/**
 * An ARP packet for IPv4 over Ethernet (RFC 826): offsets in octets.
 *
 * ```text
 *   0       2       4     5     6           8             14            18            24            28
 *   | htype | ptype | hlen| plen| operation | sender MAC  | sender IP   | target MAC  | target IP   |
 *   |   1   | 0x0800|  6  |  4  |           |             |             |             |             |
 * ```
 */
export const ArpHeader = {
  formats: 0,
  lengths: 4,
  operation: 6,
  senderMac: 8,
  senderAddress: 14,
  targetMac: 18,
  targetAddress: 24,
  size: 28,
} as const;

/** Hardware type Ethernet, protocol type IPv4. */
export const ARP_FORMATS = 0x0001_0800;

/** Six octets of hardware address, four of protocol address. */
export const ARP_LENGTHS = 0x0604;

export const ArpOperation = { Request: 1, Reply: 2 } as const;

/** What an ARP packet says. One record per resolver, filled again for each packet. Addresses are int32 in network order. */
export class ArpMessage {
  operation = 0;
  senderHigh = 0;
  senderLow = 0;
  sender = 0;
  target = 0;

  /** Reads the packet at `start`; octets behind the 28 are padding. Anything but `Handled`: it is not one we can use. */
  read(packet: Packet): Verdict {
    const { bytes, view, start } = packet;
    if (packet.end - start < ArpHeader.size) return Verdict.TooShort;
    if (view.getUint32(start + ArpHeader.formats) !== ARP_FORMATS) return Verdict.BadVersion;
    if (view.getUint16(start + ArpHeader.lengths) !== ARP_LENGTHS) return Verdict.BadVersion;
    const operation = view.getUint16(start + ArpHeader.operation);
    if (operation !== ArpOperation.Request && operation !== ArpOperation.Reply) return Verdict.Ignored;
    this.operation = operation;
    this.senderHigh = macHigh(bytes, start + ArpHeader.senderMac);
    this.senderLow = macHigh(bytes, start + ArpHeader.senderMac + 3);
    this.sender = view.getInt32(start + ArpHeader.senderAddress);
    this.target = view.getInt32(start + ArpHeader.targetAddress);
    return Verdict.Handled;
  }
}
