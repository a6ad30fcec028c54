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
export const bind: (descriptor: number, address: Uint8Array, octets: number) => number = library.func(
  "int bind(int, void*, uint32_t)",
);
export const setsockopt: (
  descriptor: number,
  level: number,
  option: number,
  value: Uint8Array,
  octets: number,
) => number = library.func("int setsockopt(int, int, int, void*, uint32_t)");
export const send: (descriptor: number, octets: Uint8Array, length: number, flags: number) => number =
  library.func("intptr_t send(int, void*, size_t, int)");
export const recv: (descriptor: number, into: Uint8Array, length: number, flags: number) => number =
  library.func("intptr_t recv(int, void*, size_t, int)");
export const interfaceNumber: (name: string) => number = library.func("uint32_t if_nametoindex(const char*)");

/** The name of the last failed call's error, such as `EPERM`. */
export function errorName(): string {
  const number = koffi.errno();
  for (const [name, value] of Object.entries(koffi.os.errno)) if (value === number) return name;
  return `errno ${number}`;
}
