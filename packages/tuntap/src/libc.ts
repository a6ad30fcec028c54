import { createRequire } from "node:module";
import { constants } from "node:os";

/** The calls of the C library that the device makes. Addresses are plain numbers; results are -1 on failure, see `errno`. */
export interface Libc {
  ioctl(descriptor: number, request: number, argument: Uint8Array): number;
  read(descriptor: number, address: number, length: number): number;
  write(descriptor: number, address: number, length: number): number;
  writev(descriptor: number, vectors: number, count: number): number;
  socket(family: number, type: number, protocol: number): number;
  socketpair(family: number, type: number, protocol: number, pair: Uint8Array): number;
  bind(descriptor: number, address: Uint8Array, length: number): number;
  setsockopt(descriptor: number, level: number, option: number, value: Uint8Array, length: number): number;
  dup3(from: number, to: number, flags: number): number;
  close(descriptor: number): number;
  /** The error number of the last failed call. */
  errno(): number;
  /** The address of the first octet of a buffer's memory. */
  address(memory: Uint8Array): number;
  /** Octets of a pointer: 8, or 4. */
  readonly pointerSize: number;
}

let loaded: Libc | null = null;

/**
 * The C library of this process, loaded on first use: importing this package has no effect and works everywhere.
 * @throws Error when koffi has no binary for this platform.
 */
export function libc(): Libc {
  loaded ??= load();
  return loaded;
}

function load(): Libc {
  const koffi = createRequire(import.meta.url)("koffi") as typeof import("koffi");
  const library = koffi.load(null);
  return {
    ioctl: library.func("int ioctl(int, unsigned long, void*)"),
    read: library.func("long read(int, uintptr_t, size_t)"),
    write: library.func("long write(int, uintptr_t, size_t)"),
    writev: library.func("long writev(int, uintptr_t, int)"),
    socket: library.func("int socket(int, int, int)"),
    socketpair: library.func("int socketpair(int, int, int, void*)"),
    bind: library.func("int bind(int, void*, unsigned int)"),
    setsockopt: library.func("int setsockopt(int, int, int, void*, unsigned int)"),
    dup3: library.func("int dup3(int, int, int)"),
    close: library.func("int close(int)"),
    errno: () => koffi.errno(),
    address: (memory) => Number(koffi.address(memory)),
    pointerSize: koffi.sizeof("void *"),
  };
}

/** Error numbers of this platform by name, such as `Errno.EBUSY`. EBADFD has no entry in Node. */
export const Errno: typeof constants.errno & { readonly EBADFD: number } = {
  ...constants.errno,
  EBADFD: 77,
} as const;

/** The name of an error number, or `errno N`. */
export function errnoName(number: number): string {
  for (const [name, value] of Object.entries(Errno)) if (value === number) return name;
  return `errno ${number}`;
}
