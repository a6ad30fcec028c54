import { IpAddress, type Words, writeV6Words } from "@mnet/core";

/**
 * Where the fields of an IPv6 header are (RFC 8200 3).
 *
 * ```text
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |Version| Traffic class |           Flow label                  |   0
 * |         Payload length        |  Next header  |   Hop limit   |   4
 * |                   Source address, 16 octets                   |   8
 * |                 Destination address, 16 octets                |  24
 * ```
 */
export const HeaderField = {
  VersionClassLabel: 0,
  PayloadLength: 4,
  NextHeader: 6,
  HopLimit: 7,
  Source: 8,
  Destination: 24,
} as const;

/** Octets of the fixed header. */
export const HEADER_OCTETS = 40;

/** Where the fields common to the extension headers are (RFC 8200 4.3, 4.4, 4.6): options follow at 2. */
export const ExtensionField = {
  NextHeader: 0,
  /** In units of 8 octets, the first 8 not counted. */
  Length: 1,
  Options: 2,
  /** Of a Routing header. */
  RoutingType: 2,
  SegmentsLeft: 3,
} as const;

/** Where the fields of a Fragment header are (RFC 8200 4.5). */
export const FragmentField = { NextHeader: 0, OffsetAndFlags: 2, Identification: 4 } as const;

/** Octets of a Fragment header. */
export const FRAGMENT_OCTETS = 8;

/** Bits of the word at {@link FragmentField.OffsetAndFlags}; without them it is the offset in octets. */
export const FragmentBits = { Offset: 0xfff8, MoreFragments: 0x0001 } as const;

/** The fields of a header to be written. One long-lived record per sender. */
export class HeaderFields {
  trafficClass = 0;
  flowLabel = 0;
  payloadLength = 0;
  nextHeader = 0;
  hopLimit = 0;
  source: Readonly<Words> = IpAddress.anyV6;
  destination: Readonly<Words> = IpAddress.anyV6;

  /** Writes {@link HEADER_OCTETS} octets at `at`. */
  write(view: DataView, at: number): void {
    view.setUint32(at, 0x60000000 | (this.trafficClass << 20) | this.flowLabel);
    view.setUint32(
      at + HeaderField.PayloadLength,
      (this.payloadLength << 16) | (this.nextHeader << 8) | this.hopLimit,
    );
    writeV6Words(view, at + HeaderField.Source, this.source);
    writeV6Words(view, at + HeaderField.Destination, this.destination);
  }
}
