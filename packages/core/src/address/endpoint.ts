import { IpAddress } from "./ip.ts";

/** One end of a flow. */
export interface Endpoint {
  readonly address: IpAddress;
  /** 0..65535; 0 where a port is still to be chosen. */
  readonly port: number;
}

/** Throws a RangeError naming `what` unless `port` is an integer from `least` to 65535. */
export function checkPort(port: number, what = "port", least = 0): number {
  if (!Number.isInteger(port) || port < least || port > 65535) {
    throw new RangeError(`${what} must be an integer from ${least} to 65535, not ${port}`);
  }
  return port;
}

/** `10.0.0.2:80`, or `[fd00::2]:80`. */
export function formatEndpoint(endpoint: Endpoint): string {
  const { address, port } = endpoint;
  return address.family === 4 ? `${address}:${port}` : `[${address}]:${port}`;
}

/** Reads the form of {@link formatEndpoint}. @throws RangeError naming the text. */
export function parseEndpoint(text: string): Endpoint {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text);
  if (match === null) throw new RangeError(`not an ADDRESS:PORT: ${JSON.stringify(text)}`);
  return { address: IpAddress.parse(match[1] ?? match[2]!), port: checkPort(Number(match[3])) };
}
