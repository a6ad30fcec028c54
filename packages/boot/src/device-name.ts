/** What carries a service's network, as the `--net` parameter names it. */
export type DeviceName = TapName | Tuntap2Name | SocketName | MemoryName;

/** A TAP interface of this package's own driver. */
export interface TapName {
  readonly kind: "tap";
  /** The interface's name. */
  readonly name: string;
}

/** A TAP interface of the tuntap2 package, whose name the kernel chooses. */
export interface Tuntap2Name {
  readonly kind: "tuntap2";
}

/** No device: the host's own network, by its sockets. */
export interface SocketName {
  readonly kind: "socket";
}

/** An Ethernet segment in memory, shared by all that name it in this process. */
export interface MemoryName {
  readonly kind: "memory";
  /** May be empty. */
  readonly name: string;
}

/**
 * Reads `service=DEVICE` or just `DEVICE`, where DEVICE is `tap:NAME`, a bare interface name, `tuntap2:`, `socket:` or `memory:NAME`.
 * @throws RangeError saying what would be right.
 */
export function parseDeviceName(text: string): DeviceName {
  const device = text.replace(/^service=/, "");
  const [, other] = /^([^:=]*)=/.exec(device) ?? [];
  if (other !== undefined)
    throw new RangeError(`knows no network ${JSON.stringify(other)}; the only one is service=DEVICE`);
  const [, kind = "tap", name = ""] = /^(?:([^:]*):)?(.*)$/s.exec(device) ?? [];
  switch (kind) {
    case "tap":
      if (name === "" || name.includes("="))
        throw new RangeError("must be service=NAME, such as service=tap0");
      return { kind, name };
    case "tuntap2":
      if (name !== "") throw new RangeError("tuntap2 lets the kernel choose the name; use service=tuntap2:");
      return { kind };
    case "socket":
      if (name !== "") throw new RangeError("the host's sockets have no name; use service=socket:");
      return { kind };
    case "memory":
      return { kind, name };
    default:
      throw new RangeError(
        `knows no device of kind ${JSON.stringify(kind)}; use tap:NAME, tuntap2:, socket: or memory:NAME`,
      );
  }
}

/** The text that {@link parseDeviceName} reads; `null` for what is no object of that form. */
export function formatDeviceName(value: unknown): string | null {
  if (typeof value !== "object" || value === null) return null;
  const { kind, name = "" } = value as { kind?: unknown; name?: unknown };
  return typeof kind === "string" && typeof name === "string" ? `${kind}:${name}` : null;
}
