/** A device as the `--net` parameter names it. */
export type DeviceName = TapName | Tuntap2Name;

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

/**
 * Reads `service=DEVICE` or just `DEVICE`, where DEVICE is `tap:NAME`, a bare interface name, or `tuntap2:`.
 * @throws RangeError saying what would be right.
 */
export function parseDeviceName(text: string): DeviceName {
  const device = text.replace(/^service=/, "");
  const [, kind = "tap", name = ""] = /^(?:([a-z0-9]+):)?(.*)$/.exec(device) ?? [];
  if (kind === "tuntap2") {
    if (name !== "") throw new RangeError("tuntap2 lets the kernel choose the name; use service=tuntap2:");
    return { kind };
  }
  if (kind !== "tap") {
    throw new RangeError(`knows no device of kind ${JSON.stringify(kind)}; use tap:NAME or tuntap2:`);
  }
  if (name === "") throw new RangeError("must be service=NAME, such as service=tap0");
  return { kind, name };
}
