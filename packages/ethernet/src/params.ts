/** Smallest MTU of a link that carries IPv4, in octets (RFC 791 3.2: every module must forward 68 without fragmenting). */
export const MIN_MTU = 68;

/** EtherTypes that may have a handler at once. A stack needs three; frames search them one after the other. */
export const MAX_HANDLERS = 16;

/** Group addresses that may be joined at once, in distinct addresses. */
export const MAX_GROUPS = 256;

/** Smallest value of the type field that is an EtherType; below it is a length (IEEE 802.3-2018 3.2.6). */
export const MIN_ETHER_TYPE = 0x0600;
