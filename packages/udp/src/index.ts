/** UDP: ports with bounded queues over one or two IP layers. */

export type { UdpEvents } from "./binding.ts";
export type { Datagram } from "./datagram.ts";
export { type BindOptions, UdpLayer } from "./layer.ts";
export { DATAGRAM_OVERHEAD, defaultUdpParameters, type UdpParameters } from "./params.ts";
export { UdpPort } from "./port.ts";
