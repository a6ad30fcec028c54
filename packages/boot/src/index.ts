/**
 * From boot parameters to a running service, unikernel style: {@link boot} opens a device, creates a stack on it, runs your main
 * function and takes everything down again. Node only.
 */

export { helpText, type ParsedArguments, parseArguments, type ServiceFlag, UsageError } from "./arguments.ts";
export { type Booted, type BootOptions, boot } from "./boot.ts";
export { consoleLogger } from "./console-logger.ts";
export { type OpenedDevice, openDevice } from "./device.ts";
export { type DeviceName, parseDeviceName } from "./device-name.ts";
export type { BootParameters } from "./parameters.ts";
