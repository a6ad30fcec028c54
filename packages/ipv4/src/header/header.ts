import { foldChecksum, sumOctets, sumWord } from "@mnet/core";

/**
 * Where the fields of an IPv4 header are (RFC 791 3.1).
 *
 * ```text
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |Version|  IHL  | Traffic class |          Total length         |   0
 * |         Identification        |Flags|     Fragment offset     |   4
 * |  Time to live |    Protocol   |        Header checksum        |   8
 * |                         Source address                        |  12
 * |                      Destination address                      |  16
 * |                  Options, 0 to 40 octets, padded              |  20
 * ```
 */
export const HeaderField = {
  VersionAndLength: 0,
  TrafficClass: 1,
  TotalLength: 2,
  Identification: 4,
  FlagsAndOffset: 6,
  TimeToLive: 8,
  Protocol: 9,
  Checksum: 10,
  Source: 12,
  Destination: 16,
  Options: 20,
} as const;

/** Octets of a header without options. */
export const HEADER_OCTETS = 20;

/** Octets of the longest header: an IHL of 15. */
export const LONGEST_HEADER = 60;

/** Bits of the word at {@link HeaderField.FlagsAndOffset}. */
export const Fragment = {
  DontFragment: 0x4000,
  MoreFragments: 0x2000,
  /** The offset, counted in units of 8 octets. */
  Offset: 0x1fff,
  /** Set in every fragment and in nothing else: more fragments, or an offset. */
  Any: 0x3fff,
} as const;

/** The fields of a header without options, to be written. One long-lived record per sender. */
export class HeaderFields {
  trafficClass = 0;
  totalLength = 0;
  identification = 0;
  flagsAndOffset = 0;
  timeToLive = 0;
  protocol = 0;
  /** 32 bits. */
  source = 0;
  /** 32 bits. */
  destination = 0;

  /** Writes {@link HEADER_OCTETS} octets at `at`, the checksum included: the sum of words that are at hand anyway. */
  write(view: DataView, at: number): void {
    const lengthWord = ((0x4500 | this.trafficClass) << 16) | this.totalLength;
    const fragmentWord = (this.identification << 16) | this.flagsAndOffset;
    const protocolWord = (this.timeToLive << 24) | (this.protocol << 16);
    const checksum = foldChecksum(
      sumWord(lengthWord) +
        sumWord(fragmentWord) +
        sumWord(protocolWord) +
        sumWord(this.source) +
        sumWord(this.destination),
    );
    view.setUint32(at, lengthWord);
    view.setUint32(at + HeaderField.Identification, fragmentWord);
    view.setUint32(at + HeaderField.TimeToLive, protocolWord | checksum);
    view.setUint32(at + HeaderField.Source, this.source);
    view.setUint32(at + HeaderField.Destination, this.destination);
  }

  /** As {@link HeaderFields.write} with one option of 32 bits behind it: four octets more. */
  writeWithOption(view: DataView, at: number, option: number): void {
    this.write(view, at);
    view.setUint8(at + HeaderField.VersionAndLength, 0x46);
    view.setUint32(at + HeaderField.Options, option);
    view.setUint16(at + HeaderField.Checksum, 0);
    const sum = sumOctets(view, at, at + HeaderField.Options + 4);
    view.setUint16(at + HeaderField.Checksum, foldChecksum(sum));
  }
}
