/**
 * The means to judge an implementation of a contract of `@mnet`: builders and parsers of packets that share no code with the layers,
 * test doubles of the contracts, a reference model of a byte stream, and suites that any implementation can run.
 */

export { type ArpFields, arpPacket } from "./build/arp.ts";
export { concatenate, naiveChecksum, pseudoHeader } from "./build/checksum.ts";
export { type EthernetFields, ethernetFrame } from "./build/ethernet.ts";
export {
  type EchoFields,
  type IcmpV4Fields,
  icmpV4EchoReply,
  icmpV4EchoRequest,
  icmpV4Message,
} from "./build/icmp.ts";
export {
  type EchoV6Fields,
  type IcmpV6Around,
  type IcmpV6Fields,
  icmpV6EchoReply,
  icmpV6EchoRequest,
  icmpV6Message,
} from "./build/icmpv6.ts";
export { type Ipv4Fields, ipv4Fragments, ipv4Packet } from "./build/ipv4.ts";
export { type Ipv6Fields, ipv6Packet } from "./build/ipv6.ts";
export {
  type FragmentHeaderFields,
  fragmentHeader,
  type Ipv6OptionFields,
  type Ipv6OptionsHeaderFields,
  ipv6Fragments,
  ipv6OptionsHeader,
  type RoutingHeaderFields,
  routerAlertOption,
  routingHeader,
} from "./build/ipv6-extension.ts";
export {
  type GroupRecordFields,
  type IgmpFields,
  igmpMessage,
  igmpOldMessage,
  igmpQuery,
  igmpV3Report,
  type MulticastQueryFields,
  mldQuery,
  mldV1Message,
  mldV2Report,
} from "./build/multicast.ts";
export {
  dnsSearchList,
  mtuOption,
  ndOption,
  nonceOption,
  type PrefixInformationFields,
  prefixInformation,
  type RouteInformationFields,
  recursiveDnsServers,
  redirectedHeader,
  routeInformation,
  sourceLinkAddress,
  targetLinkAddress,
} from "./build/nd-options.ts";
export {
  type NeighborAdvertisementFields,
  type NeighborDiscoveryFields,
  type NeighborSolicitationFields,
  neighborAdvertisement,
  neighborSolicitation,
  type RedirectFields,
  type RouterAdvertisementFields,
  redirectMessage,
  routerAdvertisement,
  routerSolicitation,
} from "./build/neighbor-discovery.ts";
export { type TcpFields, tcpSegment } from "./build/tcp.ts";
export { type TcpOptionFields, tcpOptions } from "./build/tcp-options.ts";
export { type UdpFields, udpDatagram } from "./build/udp.ts";
export { describeDatagram, describeFrame, describeTransport } from "./check/describe.ts";
export { fakeCapabilities } from "./fakes/capabilities.ts";
export { FakeIpLayer, type ReportedError } from "./fakes/fake-ip-layer.ts";
export type {
  DatagramArrives,
  ErrorArrives,
  FakeIpLayerOptions,
  SentDatagram,
} from "./fakes/fake-ip-types.ts";
export { type ArrivesWith, FakeLink, type FakeLinkOptions, type SentFrame } from "./fakes/fake-link.ts";
export { FakeResolver, type FakeResolverOptions } from "./fakes/fake-resolver.ts";
export type { ReceivedWith } from "./fakes/lent-packet.ts";
export { LoopbackDevice, type LoopbackDeviceOptions } from "./fakes/loopback-device.ts";
export { IcmpV4Type } from "./format/icmp.ts";
export { IcmpV6Type } from "./format/icmpv6.ts";
export { Ipv6Extension, Ipv6OptionType } from "./format/ipv6-extension.ts";
export { IgmpType, type RecordType } from "./format/multicast.ts";
export { NdOptionType, type Preference } from "./format/neighbor-discovery.ts";
export { TcpOptionKind } from "./format/tcp.ts";
export { type FuzzOptions, type FuzzPlan, fuzz, fuzzInTurns, fuzzPlan } from "./fuzz/fuzz.ts";
export { InputSource, type InputSourceOptions, type Repair } from "./fuzz/input-source.ts";
export { repairEthernet, repairIcmp, repairIpv4, repairIpv6, repairTransport } from "./fuzz/repair.ts";
export { streamOctet, streamOctets } from "./model/stream-content.ts";
export { ConversationModel, StreamModel } from "./model/stream-model.ts";
export { type ParsedArp, parseArp } from "./parse/arp.ts";
export { type ParsedEthernet, parseEthernet } from "./parse/ethernet.ts";
export { type ParsedIcmpV4, parseIcmpV4 } from "./parse/icmp.ts";
export { type ParsedIcmpV6, parseIcmpV6 } from "./parse/icmpv6.ts";
export { type ParsedIpv4, parseIpv4 } from "./parse/ipv4.ts";
export { type ParsedIpv6, parseIpv6 } from "./parse/ipv6.ts";
export {
  type ParsedFragmentHeader,
  type ParsedIpv6Chain,
  type ParsedIpv6Extension,
  type ParsedIpv6Option,
  parseIpv6Chain,
} from "./parse/ipv6-extension.ts";
export {
  type ParsedGroupRecord,
  type ParsedIgmp,
  type ParsedMulticastMessage,
  type ParsedMulticastQuery,
  parseIgmp,
  parseMld,
} from "./parse/multicast.ts";
export { type ParsedNdOptions, type ParsedPrefixInformation, parseNdOptions } from "./parse/nd-options.ts";
export {
  type ParsedNeighborDiscovery,
  type ParsedRouterAdvertisement,
  parseNeighborDiscovery,
} from "./parse/neighbor-discovery.ts";
export type { PseudoHeaderAddresses } from "./parse/reader.ts";
export { type ParsedTcp, parseTcp } from "./parse/tcp.ts";
export { type ParsedTcpOptions, parseTcpOptions } from "./parse/tcp-options.ts";
export { type ParsedUdp, parseUdp } from "./parse/udp.ts";
export { addressResolverSuite } from "./suites/address-resolver.ts";
export type { Expectation, SuiteApi } from "./suites/api.ts";
export type { DevicesUnderTest } from "./suites/device-bench.ts";
export { ipLayerSuite } from "./suites/ip-layer.ts";
export type { IpLayerUnderTest, LeftDatagram } from "./suites/ip-layer-bench.ts";
export { type NetworkDeviceSuiteOptions, networkDeviceSuite } from "./suites/network-device.ts";
export type { ResolverUnderTest } from "./suites/resolver-bench.ts";
export { dualStackSuite, stackSuite } from "./suites/stack.ts";
export type {
  AddressPair,
  DualStacksUnderTest,
  StackLike,
  StackSupportLike,
  StacksUnderTest,
  TcpConnectOptionsLike,
  TcpFlowLike,
  TcpListenerLike,
  TcpListenOptionsLike,
  TcpSocketOptionsLike,
  UdpBindOptionsLike,
  UdpDatagramLike,
  UdpSocketLike,
} from "./suites/stack-contract.ts";
