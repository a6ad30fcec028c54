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
  const [, kind = "tap", name = ""] = /^(?:([a-z0-9]+):)?(.*)$/.exec(device) ?? [];
  switch (kind) {
    case "tap":
      if (name === "") throw new RangeError("must be service=NAME, such as service=tap0");
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
