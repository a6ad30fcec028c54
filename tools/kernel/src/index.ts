/** Network namespaces, peers and captures for tests and demonstrations against a real Linux kernel. */

export { bridge } from "./bridge.ts";
export { type Gateway, type GatewayOptions, gateway } from "./gateway.ts";
export { hostAddressesReady } from "./host-addresses.ts";
export {
  type Availability,
  currentNamespace,
  enterNamespace,
  namespaceAvailable,
  userNamespaceAvailable,
} from "./namespace.ts";
export { ownNamespace } from "./own-namespace.ts";
export { PacketSocket } from "./packet-socket.ts";
export { Peer, type PeerEvent, type PeerProgram } from "./peer.ts";
export {
  type ServerPeer,
  type TcpClientOptions,
  type TcpClientReport,
  type TcpConnectionReport,
  type TcpServerOptions,
  tcpClient,
  tcpServer,
  type UdpClientOptions,
  type UdpClientReport,
  udpClient,
  udpServer,
} from "./peers.ts";
export { RemoteNamespace } from "./remote-namespace.ts";
export { missingCommands, type RunOptions, type RunResult, run, runOk } from "./run.ts";
export { Pulse, type PulseReport, Storm, type StormOptions, type StormReport } from "./storm.ts";
export { type HostTapOptions, hostTap } from "./tap.ts";
export { type ExpertReport, tsharkExpert } from "./tshark.ts";
