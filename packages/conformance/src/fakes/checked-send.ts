import { type LinkCapabilities, type Packet, POISON } from "@mnet/core";
import { naiveChecksum } from "../build/checksum.ts";
import { UdpFormat } from "../format/udp.ts";

/**
 * What every receiver of a downward packet may rely on (`Packet`, `LinkCapabilities`).
 * @throws Error naming what the sender did wrong. In a test this fails the test, which is the point.
 */
export function checkSent(packet: Packet, capabilities: LinkCapabilities, headroom: number): void {
  const { start, end, tails, checksumStart, checksumField } = packet;
  if (start < headroom)
    throw new Error(`a packet with ${start} octets of headroom where ${headroom} are needed`);
  if (end < start || end > packet.bytes.length) throw new Error(`a packet from ${start} to ${end}`);
  if (packet.payload < start || packet.payload > end) {
    throw new Error(`a packet from ${start} to ${end} whose payload starts at ${packet.payload}`);
  }
  if (tails > capabilities.gather) throw new Error(`${tails} tails where ${capabilities.gather} are taken`);
  if (checksumStart >= 0) {
    if (!capabilities.txChecksum) throw new Error("a checksum request where none are taken");
    if (checksumStart < start || checksumField < checksumStart || checksumField + 2 > end) {
      throw new Error(
        `a checksum of [${checksumStart}, ...) at ${checksumField} of a packet [${start}, ${end})`,
      );
    }
  }
  if (packet.segmentSize > 0 && capabilities.segmentation.maxOctets === 0) {
    throw new Error("a large segment where none are taken");
  }
}

/** An owned copy of the live octets, tails gathered, with a pending checksum request carried out in the copy only. */
export function completedCopy(packet: Packet): Uint8Array<ArrayBuffer> {
  const bytes = packet.toBytes();
  if (packet.checksumStart < 0) return bytes;
  const covered = bytes.subarray(packet.checksumStart - packet.start);
  const right = naiveChecksum(covered);
  // Only UDP has another name for 0 (RFC 768); its field is where that of no other protocol is.
  const udp = packet.checksumField - packet.checksumStart === UdpFormat.checksum;
  const checksum = udp && right === 0 ? 0xffff : right;
  new DataView(bytes.buffer).setUint16(packet.checksumField - packet.start, checksum);
  return bytes;
}

/**
 * Uses the headroom as a lower layer does, with rubbish: senders may not rely on what they left there, and find out when the
 * octets they lent as headroom were not theirs.
 */
export function spoilHeadroom(packet: Packet, headroom: number): void {
  packet.bytes.fill(POISON, packet.start - headroom, packet.start);
}
