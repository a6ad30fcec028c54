/** A device as the `--net` parameter names it. */
export interface DeviceName {
  readonly kind: "tap";
  /** The interface's name. */
  readonly name: string;
}

/**
 * Reads `service=DEVICE` or just `DEVICE`, where DEVICE is `tap:NAME` or a bare interface name.
 * @throws RangeError saying what would be right.
 */
export function parseDeviceName(text: string): DeviceName {
  const device = text.replace(/^service=/, "");
  const [, kind = "tap", name = ""] = /^(?:([a-z0-9]+):)?(.*)$/.exec(device) ?? [];
  if (kind !== "tap") throw new RangeError(`knows no device of kind ${JSON.stringify(kind)}; use tap:NAME`);
  if (name === "") throw new RangeError("must be service=NAME, such as service=tap0");
  return { kind, name };
}
