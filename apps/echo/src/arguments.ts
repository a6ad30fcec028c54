import { type ParsedArguments, type ServiceFlag, UsageError } from "@mnet/boot";
import { IpAddress } from "@mnet/core";
import type { ServerAddress } from "./client.ts";

export const flags: Readonly<Record<string, ServiceFlag>> = {
  port: { value: "PORT", help: "server: the TCP and UDP port (default 9000)" },
  limit: { value: "N", help: "server: ends after N connections" },
};

/** What the command line asks for. */
export type Command =
  | { readonly role: "server"; readonly port: number; readonly limit: number | undefined }
  | { readonly role: "client"; readonly server: ServerAddress; readonly length: number };

/** @throws UsageError naming what is wrong. */
export function readCommand({ positionals, flags: given }: ParsedArguments): Command {
  const [role, ...rest] = positionals;
  if (role === "server") {
    if (rest.length > 0) throw new UsageError(`server takes no argument such as ${rest[0]}`);
    const limit = given["limit"] === undefined ? undefined : wholeNumber(given["limit"], "--limit", 1);
    return { role, port: wholeNumber(given["port"] ?? "9000", "--port", 1, 65535), limit };
  }
  if (role === "client") {
    const [address, length = "4096", ...more] = rest;
    if (address === undefined || more.length > 0) throw new UsageError("client takes ADDRESS:PORT [LENGTH]");
    return { role, server: readServer(address), length: wholeNumber(length, "LENGTH", 0) };
  }
  throw new UsageError(role === undefined ? "say server or client" : `${role}: must be server or client`);
}

/** The address stays text: a zone such as that of `[fe80::1%service]:9000` is the stack's to judge. */
function readServer(text: string): ServerAddress {
  const [, v6, v4, digits] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = v6 ?? v4 ?? "";
  const port = Number(digits);
  const address = IpAddress.tryParse(host.replace(/%.*$/, ""));
  if (address !== null && port >= 1 && port <= 65535) return { host, port };
  throw new UsageError(`${text}: must be ADDRESS:PORT, such as 10.0.0.1:9000 or [fd00::1]:9000`);
}

function wholeNumber(
  text: string | boolean,
  what: string,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): number {
  const value = Number(text);
  if (/^\d+$/.test(String(text)) && value >= least && value <= most) return value;
  const range = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`;
  throw new UsageError(`${what} ${text}: must be a whole number ${range}`);
}
