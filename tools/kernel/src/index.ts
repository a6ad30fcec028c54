/** Network namespaces, peers and captures for tests and demonstrations against a real Linux kernel. */

export {
  type Availability,
  currentNamespace,
  enterNamespace,
  namespaceAvailable,
  userNamespaceAvailable,
} from "./namespace.ts";
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
export { missingCommands, type RunOptions, type RunResult, run, runOk } from "./run.ts";
export { type ExpertReport, tsharkExpert } from "./tshark.ts";
