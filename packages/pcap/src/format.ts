/**
 * The numbers of pcapng (draft-ietf-opsawg-pcapng). Every block is
 *
 * ```text
 *  0         4                8                      length - 4
 *  | type    | length         | body, padded to 32   | length again |
 * ```
 *
 * and every option `code (16) length (16) value, padded to 32 bits`. Numbers have the byte order of the machine that wrote the section.
 */

/** Block types, sections 4.1 to 4.5. */
export const BlockType = {
  SectionHeader: 0x0a0d0d0a,
  InterfaceDescription: 1,
  SimplePacket: 3,
  EnhancedPacket: 6,
} as const;

/** Where the fields of a section header block are, from its first octet (4.1). */
export const SectionHeader = { byteOrder: 8, major: 12, minor: 14, sectionLength: 16, options: 24 } as const;

/** Interface description block (4.2). */
export const InterfaceDescription = { linkType: 8, snapLength: 12, options: 16 } as const;

/** Enhanced packet block (4.3). */
export const EnhancedPacket = {
  interface: 8,
  timestampHigh: 12,
  timestampLow: 16,
  capturedLength: 20,
  originalLength: 24,
  data: 28,
} as const;

/** Simple packet block (4.4). */
export const SimplePacket = { originalLength: 8, data: 12 } as const;

/** Octets of type and both lengths. */
export const BLOCK_OVERHEAD = 12;

/** Tells the byte order of a section (4.1). */
export const BYTE_ORDER_MAGIC = 0x1a2b3c4d;

/** Option codes (3.5, 4.1 to 4.3). */
export const OptionCode = {
  End: 0,
  Comment: 1,
  UserApplication: 4,
  InterfaceName: 2,
  TimestampResolution: 9,
  TimestampOffset: 14,
  PacketFlags: 2,
} as const;

/** The direction bits of `epb_flags` (4.3.1). */
export const Direction = { Mask: 3, Inbound: 1, Outbound: 2 } as const;

/** `if_tsresol` of microseconds: units of 10^-6 s, also the default (4.2). */
export const MICROSECONDS = 6;

/** Octets of `length` octets padded to 32 bits. */
export function padded(length: number): number {
  return (length + 3) & ~3;
}
