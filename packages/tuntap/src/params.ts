/** Numbers of the Linux interface (include/uapi/linux) and of this device, each with its unit. */

/** ioctl requests. The same on every architecture that koffi has binaries for. */
export const Ioctl = {
  /** linux/if_tun.h: attaches the descriptor to an interface, creating it. */
  TUNSETIFF: 0x4004_54ca,
  /** linux/if_tun.h: name and flags of the interface a descriptor is attached to, following renames. */
  TUNGETIFF: 0x8004_54d2,
  /** linux/sockios.h. */
  SIOCGIFFLAGS: 0x8913,
  SIOCSIFFLAGS: 0x8914,
  SIOCGIFADDR: 0x8915,
  SIOCSIFADDR: 0x8916,
  SIOCGIFNETMASK: 0x891b,
  SIOCSIFNETMASK: 0x891c,
  SIOCGIFMTU: 0x8921,
  SIOCSIFMTU: 0x8922,
  SIOCGIFHWADDR: 0x8927,
  SIOCGIFINDEX: 0x8933,
} as const;

/** linux/if_tun.h: flags of TUNSETIFF. */
export const TunFlag = { TAP: 0x0002, NO_PI: 0x1000 } as const;

/** linux/if.h: interface flags. */
export const InterfaceFlag = { UP: 0x1 } as const;

/** Socket numbers of linux/socket.h and linux/netlink.h. */
export const AF_UNIX = 1;
export const AF_INET = 2;
export const AF_INET6 = 10;
export const AF_NETLINK = 16;
export const SOCK_STREAM = 1;
export const SOCK_DGRAM = 2;
export const SOCK_RAW = 3;
export const SOCK_NONBLOCK = 0o4000;
export const SOCK_CLOEXEC = 0o2000000;
export const O_CLOEXEC = 0o2000000;
/** linux/rtnetlink.h: the multicast group of interface changes. */
export const RTMGRP_LINK = 1;

/** Octets of an interface name with its terminating zero (linux/if.h IFNAMSIZ). */
export const IFNAMSIZ = 16;

/** Octets of an Ethernet header; one VLAN tag more may arrive. */
export const ETHERNET_HEADER = 14;
export const VLAN_TAG = 4;

/** Free octets in front of each received frame, so that the IP header behind 14 octets of Ethernet is aligned to 4. */
export const RECEIVE_PADDING = 2;

/** The smallest MTU IPv4 works over (RFC 791 3.2), in octets. */
export const MINIMUM_MTU = 68;

/** The largest MTU Linux takes for a TAP: 65535 less the Ethernet header, in octets. */
export const MAXIMUM_MTU: number = 65535 - ETHERNET_HEADER;

/** Frames per batch: enough to empty a burst before the first is looked at. */
export const RECEIVE_SLABS = 64;

/** A slab's size is a multiple of this, in octets; the least a slab has. */
export const SLAB_UNIT = 2048;

/** Upper bound of the receive arena in octets, as long as {@link RECEIVE_SLABS_LEAST} fit; jumbo frames get fewer slabs. */
export const RECEIVE_ARENA: number = 512 * 1024;
export const RECEIVE_SLABS_LEAST = 8;

/** Batches per turn of the event loop; then timers and the application have theirs. */
export const RECEIVE_ROUNDS = 4;

/** After the kernel took no frame: how long until the sink is told to try again, in milliseconds. */
export const WRITABLE_DELAY = 1;

/** Where changes of interfaces are not announced (no netlink): how often to look, in milliseconds. */
export const LINK_POLL_INTERVAL = 250;

/** How often in a row readiness may be set up again without a frame in between before the device counts as broken. */
export const REARM_LIMIT = 8;

/** Frames the kernel queues towards the stack; fewer lose most of a 1 MiB burst (the default of a TAP is 500). */
export const TRANSMIT_QUEUE_LENGTH = 1000;
