import {
  type IpAddress,
  type LinkLayer,
  type MembershipOutput,
  type Millis,
  type OlderVersion,
  type Packet,
  VerdictCounters,
  writeV6Words,
} from "@mnet/core";
import type { ControlOptions, ControlOutput } from "../control-output.ts";
import { ControlType } from "../input/control.ts";
import { ALL_REPORT_ROUTERS, ALL_ROUTERS, Mld } from "./format.ts";

/** RFC 9777 5: hop limit 1 and a router alert. */
const how: ControlOptions = { hopLimit: 1, routerAlert: true };

/** Octets of the IPv6 header and of the hop-by-hop header with the router alert. */
const HEADERS = 48;

/** A report is kept to what everybody takes in one piece, should the link take more. */
const LARGEST_REPORT = 1500;

/** Writes MLD messages and sends them. */
export class MldOutput implements MembershipOutput {
  readonly addressOctets = 16;
  /** Messages by what became of them. */
  readonly sent: VerdictCounters = new VerdictCounters();
  /** Whether something was reported from `::`; for the owner to clear. */
  anonymous = false;
  readonly #link: LinkLayer;
  readonly #output: ControlOutput;
  readonly #source: () => IpAddress;

  /** @param source a usable link-local address, or `::` while there is none (RFC 9777 5.2.13). */
  constructor(link: LinkLayer, output: ControlOutput, source: () => IpAddress) {
    this.#link = link;
    this.#output = output;
    this.#source = source;
  }

  scratch(): Packet {
    return this.#output.scratch(Math.min(this.#link.capabilities.mtu, LARGEST_REPORT) - HEADERS);
  }

  sendReport(packet: Packet, records: number, now: Millis): void {
    const { start, view } = packet;
    view.setUint32(start, ControlType.ListenerReportV2 << 24);
    view.setUint32(start + Mld.MaximumResponse, records);
    this.#send(packet, ALL_REPORT_ROUTERS, now);
  }

  sendOldReport(group: IpAddress, _older: OlderVersion, now: Millis): void {
    this.#sendOld(ControlType.ListenerReport, group, group, now);
  }

  sendOldLeave(group: IpAddress, _older: OlderVersion, now: Millis): void {
    this.#sendOld(ControlType.ListenerDone, group, ALL_ROUTERS, now);
  }

  #sendOld(type: number, group: IpAddress, destination: IpAddress, now: Millis): void {
    const packet = this.#output.scratch(Mld.OctetsV1);
    const { start, view } = packet;
    view.setUint32(start, type << 24);
    view.setUint32(start + Mld.MaximumResponse, 0);
    writeV6Words(view, start + Mld.Group, group);
    this.#send(packet, destination, now);
  }

  #send(packet: Packet, destination: IpAddress, now: Millis): void {
    const source = this.#source();
    if (source.isUnspecified) this.anonymous = true;
    this.sent.count(this.#output.send(packet, source, destination, how, null, now));
  }
}
