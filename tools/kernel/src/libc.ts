import koffi from "koffi";

const library = koffi.load(null);

/** The few calls that Node does not have. */
export const unshare: (flags: number) => number = library.func("int unshare(int)");
export const socket: (family: number, type: number, protocol: number) => number =
  library.func("int socket(int, int, int)");
export const ioctl: (descriptor: number, request: number, argument: Uint8Array) => number = library.func(
  "int ioctl(int, unsigned long, void*)",
);
export const close: (descriptor: number) => number = library.func("int close(int)");

/** The name of the last failed call's error, such as `EPERM`. */
export function errorName(): string {
  const number = koffi.errno();
  for (const [name, value] of Object.entries(koffi.os.errno)) if (value === number) return name;
  return `errno ${number}`;
}
