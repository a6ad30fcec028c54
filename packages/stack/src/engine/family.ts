import type { IpAddress, IpLayer, IpPrefix, LinkLayer, Millis, Random, Timed } from "@mnet/core";
import type { Echo, EchoEvents, EchoRequest } from "@mnet/icmp";
import type { AddressInfo, RouteInfo, StackEvents } from "../api/configuration.ts";
import type { StackParameters } from "./options.ts";

/** What a family has to tell. */
export type FamilyEvent = "address" | "conflict" | "router" | "configuration" | "family";

/** Who is told of it. Called from inside the layers: record and return. */
export type FamilyEvents = <K extends FamilyEvent>(event: K, details: StackEvents[K]) => void;

/** What a family is made on. */
export interface FamilyGround {
  readonly link: LinkLayer;
  readonly random: Random;
  readonly parameters: StackParameters;
  /** The stack's name. */
  readonly name: string;
  readonly events: FamilyEvents;
}

/** A route to add, read and checked. */
export interface CheckedRoute {
  readonly destination: IpPrefix;
  readonly gateway?: IpAddress;
  readonly source?: IpAddress;
  readonly metric?: number;
}

/**
 * One IP family of a stack: its layers from the link up to ICMP, and what the application may change in them. The transports run over the
 * {@link Family.network} of each.
 */
export interface Family {
  readonly network: IpLayer;
  /** Layers with deadlines, lowest first. */
  readonly timed: readonly Timed[];
  /** The device runs: the addresses given are claimed. */
  start(now: Millis): void;
  flush(now: Millis): void;
  linkChanged(up: boolean, now: Millis): void;
  /** The device's MTU or offloads are not what they were. */
  capabilitiesChanged(now: Millis): void;
  addresses(): readonly AddressInfo[];
  addAddress(prefix: IpPrefix, now: Millis): void;
  removeAddress(address: IpAddress, now: Millis): void;
  addRoute(route: CheckedRoute, now: Millis): void;
  removeRoute(destination: IpPrefix, gateway: IpAddress | undefined, now: Millis): void;
  routes(): readonly RouteInfo[];
  setGateway(gateway: IpAddress | null, now: Millis): void;
  echo(request: EchoRequest, events: EchoEvents, now: Millis): Echo;
  close(now: Millis): void;
  /** Counters by layer and name. */
  statistics(): Record<string, Record<string, number>>;
}

/** The counters of a layer under one name each. */
export function countersOf(
  layer: {
    readonly counters: { snapshot(): Record<string, number> };
    readonly sent: { snapshot(): Record<string, number> };
  },
  more: Record<string, number> = {},
): Record<string, number> {
  const result: Record<string, number> = {};
  for (const [name, count] of Object.entries(layer.counters.snapshot())) result[`received${name}`] = count;
  for (const [name, count] of Object.entries(layer.sent.snapshot())) result[`sent${name}`] = count;
  return { ...result, ...more };
}
