import {
  icmpV4Message,
  icmpV6Message,
  ipv4Packet,
  ipv6Packet,
  tcpSegment,
  udpDatagram,
} from "@mnet/conformance";
import { IpProtocol } from "@mnet/core";
import { Unsupported } from "../engine/outcome.ts";
import type { IcmpBody, NetworkHeader } from "../language/tree.ts";
import type { Flow } from "./flow.ts";
import { addressesOf, fromPeer } from "./ip.ts";

type Codes = Readonly<Record<string, number>>;

/** Types and codes by their names in scripts (RFC 792, RFC 1812, RFC 4443). */
const typesV4: Readonly<Record<string, { readonly type: number; readonly codes: Codes }>> = {
  unreachable: {
    type: 3,
    codes: {
      net_unreachable: 0,
      host_unreachable: 1,
      protocol_unreachable: 2,
      port_unreachable: 3,
      frag_needed: 4,
      source_route_failed: 5,
      net_unknown: 6,
      host_unknown: 7,
      source_host_isolated: 8,
      net_prohibited: 9,
      host_prohibited: 10,
      net_unreachable_for_tos: 11,
      host_unreachable_for_tos: 12,
      packet_filtered: 13,
      precedence_violation: 14,
      precedence_cutoff: 15,
    },
  },
  source_quench: { type: 4, codes: {} },
  redirect: { type: 5, codes: {} },
  time_exceeded: {
    type: 11,
    codes: { ttl_exceeded_in_transit: 0, exc_ttl: 0, frag_reass_exceeded: 1, exc_fragtime: 1 },
  },
  parameter_problem: { type: 12, codes: { code_0: 0, code_1: 1, code_2: 2 } },
};

const typesV6: typeof typesV4 = {
  unreachable: {
    type: 1,
    codes: {
      no_route: 0,
      net_unreachable: 0,
      administratively_prohibited: 1,
      admin_prohibited: 1,
      beyond_scope: 2,
      not_neighbour: 2,
      address_unreachable: 3,
      host_unreachable: 3,
      addr_unreachable: 3,
      port_unreachable: 4,
      ingress_egress_policy: 5,
      source_failed_policy: 5,
      policy_fail: 5,
      reject_route: 6,
      rej_route: 6,
    },
  },
  packet_too_big: { type: 2, codes: {} },
  time_exceeded: {
    type: 3,
    codes: {
      hop_limit_exceeded: 0,
      exc_hoplimit: 0,
      exceeded_hop_limit: 0,
      frag_reass_exceeded: 1,
      exc_fragtime: 1,
      exceeded_frag_time: 1,
    },
  },
  parameter_problem: {
    type: 4,
    codes: {
      erroneous_header: 0,
      header_field: 0,
      unknown_next_header: 1,
      unknown_option: 2,
      hdr_field: 0,
      unrecognized_next_header: 1,
      unk_nexthdr: 1,
      unrecognized_option: 2,
      unk_option: 2,
    },
  },
};

/** An ICMP error about a packet of the host. @throws Unsupported when the script's name of it is not known. */
export function buildIcmp(header: NetworkHeader, body: IcmpBody, flow: Flow): Uint8Array<ArrayBuffer> {
  const { family } = flow;
  const known = (family === 4 ? typesV4 : typesV6)[body.type];
  const code = body.code === null ? 0 : known?.codes[body.code];
  if (known === undefined || code === undefined) {
    throw new Unsupported(`icmp ${body.type} ${body.code ?? ""} over IPv${family}`);
  }
  const { type } = known;
  const quote = quoted(body, flow);
  const { local, remote } = addressesOf(family);
  if (family === 4) {
    return fromPeer(4, header, IpProtocol.Icmp, icmpV4Message({ type, code, rest: body.mtu ?? 0 }, quote));
  }
  const message = icmpV6Message(
    { source: remote, destination: local, type, code, rest: body.mtu ?? 0 },
    quote,
  );
  return fromPeer(6, header, IpProtocol.Icmpv6, message);
}

/** The packet of the host that the error is about. */
function quoted({ quote }: IcmpBody, flow: Flow): Uint8Array {
  const { local, remote } = addressesOf(flow.family);
  const around = { source: local, destination: remote };
  const ports = { sourcePort: flow.localPort, destinationPort: flow.remotePort };
  if (quote !== null && "udpLength" in quote) {
    const datagram = udpDatagram({ ...around, ...ports }, new Uint8Array(quote.udpLength));
    return inPacket(flow.family, around, IpProtocol.Udp, datagram);
  }
  const { start, length } = quote ?? { start: 0, length: 0 };
  const sequence = flow.localLive(start);
  const segment = tcpSegment({ ...around, ...ports, sequence, flags: "A" }, new Uint8Array(length));
  return inPacket(flow.family, around, IpProtocol.Tcp, segment);
}

function inPacket(
  family: 4 | 6,
  around: Pick<Parameters<typeof ipv4Packet>[0], "source" | "destination">,
  protocol: number,
  payload: Uint8Array,
): Uint8Array {
  return family === 4
    ? ipv4Packet({ ...around, protocol, dontFragment: true }, payload)
    : ipv6Packet({ ...around, nextHeader: protocol }, payload);
}
