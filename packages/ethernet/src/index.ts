/** Ethernet II frames: header, filter, dispatch by EtherType. */

export { FrameHeader } from "./header.ts";
export { IpLink, type IpLinkOptions } from "./ip-link.ts";
export { EthernetLayer, type EthernetOptions, type FrameObserver } from "./layer.ts";
export { MAX_GROUPS, MAX_HANDLERS, MIN_MTU } from "./params.ts";
