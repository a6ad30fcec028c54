/** EtherTypes (IEEE 802 numbers). Values under 0x0600 are lengths (IEEE 802.3). */
export const EtherType = {
  Ipv4: 0x0800,
  Arp: 0x0806,
  Vlan: 0x8100,
  ServiceVlan: 0x88a8,
  Ipv6: 0x86dd,
} as const;
