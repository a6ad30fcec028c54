/**
 * From boot parameters to a running service, unikernel style: {@link boot} opens a device, creates a stack on it, runs your main
 * function and takes everything down again. Node only.
 */

export {
  helpText,
  type ParameterSources,
  type ParsedArguments,
  parseArguments,
} from "./arguments.ts";
export { type Booted, type BootOptions, boot } from "./boot.ts";
export type { ServiceFlag } from "./command-line.ts";
export { consoleLogger } from "./console-logger.ts";
export { type OpenDeviceOptions, type OpenedDevice, openDevice } from "./device.ts";
export {
  type DeviceName,
  type MemoryName,
  parseDeviceName,
  type SocketName,
  type TapName,
  type Tuntap2Name,
} from "./device-name.ts";
export type { ParameterOrigin, ParameterOrigins } from "./origins.ts";
export type { BootParameters } from "./parameters.ts";
export type { BootConfiguration, ConfigurationValue } from "./sources.ts";
export { type StartedStack, type StartOptions, startStack } from "./target.ts";
export type { ImportModule } from "./tuntap2.ts";
export { UsageError } from "./usage-error.ts";
