/**
 * What two or more layers of `@mnet` share: addresses, packets, checksums, time, randomness, wire numbers, verdicts and the contracts
 * between layers. No header of a protocol is read or written here.
 */

export { checkPort, type Endpoint, formatEndpoint, parseEndpoint } from "./address/endpoint.ts";
export { IpAddress, toIpAddress } from "./address/ip.ts";
export { MacAddress, macHigh, toMacAddress } from "./address/mac.ts";
export { IpPrefix, toIpPrefix } from "./address/prefix.ts";
export {
  AddressWords,
  IPV4_WORD2,
  isV4Words,
  isV6Group,
  isV6LinkLocal,
  isV6Loopback,
  isV6Unspecified,
  sameWords,
  type Words,
  writeV6Words,
} from "./address/words.ts";
export type { DeviceSink, LinkCapabilities, NetworkDevice } from "./contracts/device.ts";
export type { IcmpErrorReceiver, IcmpErrors } from "./contracts/icmp.ts";
export type { AddressChange, IpInfo, IpLayer, Route, SendOptions } from "./contracts/ip.ts";
export type { Cast, FrameHandler, FrameInfo, LinkLayer } from "./contracts/link.ts";
export type { AddressResolver } from "./contracts/resolver.ts";
export type { TransportHandler } from "./contracts/transport.ts";
export { GroupCounts } from "./ip/group-counts.ts";
export { type LoopbackBounds, LoopbackQueue } from "./ip/loopback-queue.ts";
export { type PathMtuBounds, PathMtuTable } from "./ip/path-mtu-table.ts";
export { ProtocolTable } from "./ip/protocol-table.ts";
export { type FragmentFacts, PIECE_CHARGE, type ReassemblyBounds } from "./ip/reassembly/facts.ts";
export { ReassemblyTable } from "./ip/reassembly/table.ts";
export { type AskedRoute, RouteSlots } from "./ip/route-slots.ts";
export { type RouteEntry, RouteTable, sameAddress } from "./ip/route-table.ts";
export { type MembershipOptions, MulticastMembership } from "./multicast/membership.ts";
export { defaultMembershipParameters, type MembershipParameters } from "./multicast/params.ts";
export { floatingCode, MembershipQuery, type OlderVersion } from "./multicast/query.ts";
export { type MembershipOutput, RecordType } from "./multicast/report.ts";
export { HeldPacket, type HoldQueue, PacketHold, type PacketHoldLimits } from "./neighbor/hold.ts";
export { NeighborList } from "./neighbor/list.ts";
export { NeighborRecord } from "./neighbor/record.ts";
export { NeighborTable, type NeighborTableLimits } from "./neighbor/table.ts";
export { isNetError, NetError, type NetErrorCode, type NetErrorDetails } from "./net-error.ts";
export {
  completeChecksum,
  foldChecksum,
  foldSum,
  requestedChecksum,
  sumOctets,
  sumPacket,
  sumWord,
  swapSum,
  updateChecksum,
} from "./octets/checksum.ts";
export { fromHex, toHex } from "./octets/hex.ts";
export { copyPacketRange } from "./packet/copy-range.ts";
export { borrowDebug, lend, POISON, reclaim, setBorrowDebug } from "./packet/lend.ts";
export { Packet, RxChecksum } from "./packet/packet.ts";
export { ScratchPacket } from "./packet/scratch.ts";
export { Slice, viewOf } from "./packet/slice.ts";
export { FlowLabels } from "./random/flow-labels.ts";
export { KeyedHash } from "./random/keyed-hash.ts";
export { CryptoRandom, type Random, randomFraction, randomInteger, SeededRandom } from "./random/random.ts";
export { RouteCache } from "./route-cache.ts";
export { WordsMap } from "./table/words-map.ts";
export { DeadlineHeap, type HeapItem } from "./time/deadline-heap.ts";
export type { Clock, Host, Millis, Timed, Wake } from "./time/host.ts";
export { TokenBucket } from "./time/token-bucket.ts";
export { accepted, Verdict, VerdictCounters, verdictName } from "./verdict.ts";
export { sendErrorCode } from "./verdict-code.ts";
export { EtherType } from "./wire/ether-type.ts";
export { DEFAULT_HOP_LIMIT } from "./wire/hop-limit.ts";
export { icmpErrorCode } from "./wire/icmp-error-code.ts";
export { IcmpErrorKind } from "./wire/icmp-error-kind.ts";
export { Ecn, IpProtocol } from "./wire/ip-protocol.ts";
export { pseudoHeaderSum } from "./wire/pseudo-header.ts";
