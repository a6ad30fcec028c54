/**
 * ARP for IPv4 over Ethernet (RFC 826 "Packet format").
 *
 * ```text
 *   0               1               2               3
 *  +---------------+---------------+---------------+---------------+
 *  |         Hardware type         |         Protocol type         |
 *  +---------------+---------------+---------------+---------------+
 *  |  Hw. length   | Proto. length |           Operation           |
 *  +---------------+---------------+---------------+---------------+
 *  |           Sender hardware address (6 octets)                  |
 *  +                               +---------------+---------------+
 *  |                               |  Sender protocol address ...  |
 *  +---------------+---------------+---------------+---------------+
 *  |  ...                          |  Target hardware address      |
 *  +---------------+---------------+                               +
 *  |                                                 (6 octets)    |
 *  +---------------+---------------+---------------+---------------+
 *  |                    Target protocol address                    |
 *  +---------------+---------------+---------------+---------------+
 * ```
 */
export const ArpFormat = {
  hardwareType: 0,
  protocolType: 2,
  hardwareLength: 4,
  protocolLength: 5,
  operation: 6,
  senderMac: 8,
  senderAddress: 14,
  targetMac: 18,
  targetAddress: 24,
  length: 28,
} as const;
