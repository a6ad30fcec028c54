import { RemoteNamespace } from "./remote-namespace.ts";
import { runOk } from "./run.ts";

export interface GatewayOptions {
  /** The TAP (or any interface) on whose link the gateway is; it is moved into the gateway's namespace. */
  readonly link: string;
  /** The gateway's address on that link, with the prefix length. Default `10.0.0.1/24`. */
  readonly address?: string;
  /** Octets of the largest datagram that passes behind the gateway, from 68. Default 1500. */
  readonly mtu?: number;
  /** The network of the link behind the gateway, in which the gateway is 1 and this process's namespace is 2. Default `10.1.0.0/24`. */
  readonly beyond?: string;
  /**
   * With IPv6 too: the gateway's addresses on the link and behind it and the host's there, without prefix lengths, which are 64. Default:
   * IPv4 alone.
   */
  readonly ipv6?: { readonly address: string; readonly farSide: string; readonly host: string };
}

export interface Gateway {
  /** Where it forwards; for routes, filters and programs of its own. */
  readonly namespace: RemoteNamespace;
  /** Of the gateway, on the link of the stack under test. */
  readonly address: string;
  /** Of the gateway, on the link behind it. */
  readonly farSide: string;
  /** Its interface there. */
  readonly farInterface: string;
  /** Of this process's namespace: the host behind the gateway, where peers run. */
  readonly host: string;
  /** The interface of this namespace on the link behind the gateway. */
  readonly hostInterface: string;
  stop(): Promise<void>;
}

let gateways = 0;

/**
 * Puts a router between a link and this process's namespace: a namespace of its own that forwards. Peers, which run here, are then
 * one hop away from whatever is on the link.
 *
 * ```text
 *   stack ── TAP [ gateway namespace: 10.0.0.1 | 10.1.0.1 ] ── veth, `mtu` ── 10.1.0.2 this namespace
 * ```
 *
 * The far host offers TCP segments that would fit a link of 1500, so that it is the gateway who says what fits.
 */
export async function gateway(options: GatewayOptions): Promise<Gateway> {
  const { link, address = "10.0.0.1/24", mtu = 1500, beyond = "10.1.0.0/24", ipv6 } = options;
  const [network, length] = beyond.split("/") as [string, string];
  const prefix = network.slice(0, network.lastIndexOf(".") + 1);
  const [farSide, host] = [`${prefix}1`, `${prefix}2`];
  const number = gateways++;
  const [outside, hostInterface] = [`gateway${number}`, `beyond${number}`];
  const namespace = await RemoteNamespace.create();
  await namespace.adopt(link);
  await runOk("ip", ["link", "add", hostInterface, "type", "veth", "peer", "name", outside]);
  await namespace.adopt(outside);
  await namespace.runOk("sysctl", ["-q", "-w", "net.ipv4.ip_forward=1"]);
  if (ipv6 !== undefined) await withoutProbing(namespace, [link, outside], hostInterface);
  await namespace.runOk("ip", ["address", "add", address, "dev", link]);
  await namespace.runOk("ip", ["link", "set", link, "up"]);
  await namespace.runOk("ip", ["address", "add", `${farSide}/${length}`, "dev", outside]);
  await namespace.runOk("ip", ["link", "set", outside, "mtu", String(mtu), "up"]);
  await runOk("ip", ["address", "add", `${host}/${length}`, "dev", hostInterface]);
  await runOk("ip", ["link", "set", hostInterface, "mtu", String(mtu), "up"]);
  await runOk("ip", ["route", "add", "default", "via", farSide, "advmss", "1460"]);
  if (ipv6 !== undefined) await forwardIpv6(namespace, link, outside, hostInterface, ipv6);
  return {
    namespace,
    address: address.slice(0, address.indexOf("/")),
    farSide,
    farInterface: outside,
    host,
    hostInterface,
    stop: () => namespace.stop(),
  };
}

/** Nobody else is on these links: no address is checked before it is used, the link-local ones of interfaces that come up included. */
async function withoutProbing(
  namespace: RemoteNamespace,
  gatewayInterfaces: readonly string[],
  hostInterface: string,
): Promise<void> {
  const setting = (name: string): string => `net.ipv6.conf.${name}.accept_dad=0`;
  await namespace.runOk("sysctl", ["-q", "-w", ...["all", ...gatewayInterfaces].map(setting)]);
  await runOk("sysctl", ["-q", "-w", setting(hostInterface)]);
}

async function forwardIpv6(
  namespace: RemoteNamespace,
  link: string,
  outside: string,
  hostInterface: string,
  { address, farSide, host }: NonNullable<GatewayOptions["ipv6"]>,
): Promise<void> {
  await namespace.runOk("sysctl", ["-q", "-w", "net.ipv6.conf.all.forwarding=1"]);
  await namespace.runOk("ip", ["-6", "address", "add", `${address}/64`, "dev", link, "nodad"]);
  await namespace.runOk("ip", ["-6", "address", "add", `${farSide}/64`, "dev", outside, "nodad"]);
  await runOk("ip", ["-6", "address", "add", `${host}/64`, "dev", hostInterface, "nodad"]);
  await runOk("ip", ["-6", "route", "add", "default", "via", farSide, "advmss", "1440"]);
}
