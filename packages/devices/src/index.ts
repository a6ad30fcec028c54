/** Network devices that need no hardware, and wrappers over any device. */

export { type CaptureOptions, type CaptureSink, capture } from "./capture.ts";
export { completeOffload } from "./complete-offload.ts";
export { type DevicePairOptions, devicePair } from "./device-pair.ts";
export {
  type FrameDuplex,
  type FrameDuplexDevice,
  type FrameDuplexOptions,
  fromFrameDuplex,
} from "./frame-duplex.ts";
export { guardBorrows } from "./guard-borrows.ts";
export { Hub, type HubOptions } from "./hub.ts";
export type { MemoryPort } from "./memory-port.ts";
export {
  type MessagePortDevice,
  type MessagePortDeviceOptions,
  messagePortDevice,
} from "./message-port-device.ts";
export { nextTurn, type Schedule } from "./next-turn.ts";
export { DEFAULT_ADDRESSES } from "./params.ts";
export { plainEthernet } from "./plain-ethernet.ts";
export type { FramePort } from "./port-messages.ts";
export { requireComplete } from "./require-complete.ts";
export { StationTable } from "./station-table.ts";
