import { viewOf } from "@mnet/core";
import {
  FragmentHeaderFormat,
  Ipv6Extension,
  Ipv6OptionType,
  OptionsHeaderFormat,
  RoutingHeaderFormat,
} from "../format/ipv6-extension.ts";
import { type ParsedIpv6, parseIpv6 } from "./ipv6.ts";
import { readerOf, readV6 } from "./reader.ts";

/** An option of a hop-by-hop or destination options header; padding is left out. */
export interface ParsedIpv6Option {
  readonly type: number;
  /** A view. */
  readonly data: Uint8Array;
}

/** One extension header, in the order of the packet. */
export type ParsedIpv6Extension =
  | { readonly header: "hop-by-hop" | "destination options"; readonly options: readonly ParsedIpv6Option[] }
  | {
      readonly header: "routing";
      readonly type: number;
      readonly segmentsLeft: number;
      readonly addresses: readonly string[];
    }
  | ({ readonly header: "fragment" } & ParsedFragmentHeader);

export interface ParsedFragmentHeader {
  /** In octets. */
  readonly fragmentOffset: number;
  readonly moreFragments: boolean;
  readonly identification: number;
}

/** An IPv6 packet with its extension headers taken off. */
export interface ParsedIpv6Chain extends ParsedIpv6 {
  readonly extensions: readonly ParsedIpv6Extension[];
  /** The fragment header, when there is one. The octets behind it are not looked into unless it is of a whole datagram. */
  readonly fragment: ParsedFragmentHeader | null;
  /** What the octets behind the last extension header are: the number of an upper layer, or 59 for nothing. */
  readonly protocol: number;
  /** The octets behind the last extension header. A view. */
  readonly upper: Uint8Array;
}

/** @throws RangeError when the packet, an extension header or an option is longer than the octets that are there. */
export function parseIpv6Chain(bytes: Uint8Array): ParsedIpv6Chain {
  const packet = parseIpv6(bytes);
  const extensions: ParsedIpv6Extension[] = [];
  let fragment: ParsedFragmentHeader | null = null;
  let protocol = packet.nextHeader;
  let upper = packet.payload;
  for (;;) {
    const length = extensionLength(protocol, upper);
    if (length === 0) break;
    const extension = parseExtension(protocol, upper.subarray(0, length));
    extensions.push(extension);
    protocol = upper[0]!;
    upper = upper.subarray(length);
    if (extension.header !== "fragment") continue;
    const { fragmentOffset, moreFragments, identification } = extension;
    fragment = { fragmentOffset, moreFragments, identification };
    if (fragmentOffset > 0 || moreFragments) break;
  }
  return { ...packet, extensions, fragment, protocol, upper };
}

/** Octets of the extension header that `bytes` begin with, 0 when `nextHeader` is none. */
function extensionLength(nextHeader: number, bytes: Uint8Array): number {
  switch (nextHeader) {
    case Ipv6Extension.HopByHop:
    case Ipv6Extension.DestinationOptions:
    case Ipv6Extension.Routing: {
      const view = readerOf(bytes, 8, "an IPv6 extension header");
      const length = 8 * (view.getUint8(OptionsHeaderFormat.length) + 1);
      readerOf(bytes, length, "an IPv6 extension header by its length");
      return length;
    }
    case Ipv6Extension.Fragment:
      readerOf(bytes, FragmentHeaderFormat.payload, "a fragment header");
      return FragmentHeaderFormat.payload;
    default:
      return 0;
  }
}

function parseExtension(nextHeader: number, bytes: Uint8Array): ParsedIpv6Extension {
  const view = viewOf(bytes);
  switch (nextHeader) {
    case Ipv6Extension.Routing:
      return {
        header: "routing",
        type: view.getUint8(RoutingHeaderFormat.type),
        segmentsLeft: view.getUint8(RoutingHeaderFormat.segmentsLeft),
        addresses: addressesIn(view, RoutingHeaderFormat.addresses),
      };
    case Ipv6Extension.Fragment: {
      const word = view.getUint16(FragmentHeaderFormat.offsetAndFlags);
      return {
        header: "fragment",
        fragmentOffset: word & 0xfff8,
        moreFragments: (word & 1) !== 0,
        identification: view.getUint32(FragmentHeaderFormat.identification),
      };
    }
    default:
      return {
        header: nextHeader === Ipv6Extension.HopByHop ? "hop-by-hop" : "destination options",
        options: parseIpv6Options(bytes.subarray(OptionsHeaderFormat.options)),
      };
  }
}

/** As many whole addresses as there are from `at` on. */
function addressesIn(view: DataView, at: number): string[] {
  const addresses: string[] = [];
  for (let next = at; next + 16 <= view.byteLength; next += 16) addresses.push(readV6(view, next).toString());
  return addresses;
}

function parseIpv6Options(bytes: Uint8Array): ParsedIpv6Option[] {
  const options: ParsedIpv6Option[] = [];
  for (let at = 0; at < bytes.length; ) {
    const type = bytes[at]!;
    if (type === Ipv6OptionType.Pad1) {
      at += 1;
      continue;
    }
    const end = at + 2 + (bytes[at + 1] ?? 0);
    if (at + 2 > bytes.length || end > bytes.length)
      throw new RangeError(`IPv6 option ${type} ends at ${end}`);
    if (type !== Ipv6OptionType.PadN) options.push({ type, data: bytes.subarray(at + 2, end) });
    at = end;
  }
  return options;
}
