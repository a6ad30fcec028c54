import {
  completeChecksum,
  foldSum,
  IpAddress,
  IpProtocol,
  Packet,
  pseudoHeaderSum,
  Verdict,
  VerdictCounters,
} from "@mnet/core";

const source = IpAddress.parse("10.0.0.1");
const destination = IpAddress.parse("10.0.0.2");
const text = new TextEncoder().encode("hello");

// A packet is made once and aimed again for each use; lower layers write their headers into the 34 octets in front.
const packet = Packet.allocate(34 + 8 + 1472);

// UDP (RFC 768), written in place, with a request to finish its checksum: the pseudo-header sum is in the field already.
packet.reset(34, 34 + 8 + text.length);
packet.payload = packet.start + 8;
packet.bytes.set(text, packet.payload);
packet.view.setUint16(packet.start, 49152);
packet.view.setUint16(packet.start + 2, 7);
packet.view.setUint16(packet.start + 4, packet.length);
packet.checksumStart = packet.start;
packet.checksumField = packet.start + 6;
const pseudo = pseudoHeaderSum(source, destination, IpProtocol.Udp, packet.length);
packet.view.setUint16(packet.checksumField, foldSum(pseudo));

// A device that can do it would; in software it is one call.
completeChecksum(packet);
export const datagram: Uint8Array = packet.toBytes();

// What becomes of a packet is a number, counted by reason. Nothing on the way of a packet throws.
export const counters: VerdictCounters = new VerdictCounters();
counters.count(datagram.length < 8 ? Verdict.TooShort : Verdict.Handled);
