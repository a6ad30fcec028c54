/** TTL and hop limit of packets when nobody says otherwise (IANA "IP Option Numbers", IP TIME TO LIVE PARAMETER; RFC 1122 3.2.1.7). */
export const DEFAULT_HOP_LIMIT = 64;
