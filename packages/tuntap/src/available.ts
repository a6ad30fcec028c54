import { openTap } from "./open.ts";

/** Whether this process can open a TAP, and if not, why and what to do. */
export interface Availability {
  readonly ok: boolean;
  /** One line; empty when `ok`. */
  readonly reason: string;
}

/**
 * Whether a TAP can be opened here: Linux, a C library to call, the device file, and the right to make an interface in this
 * network namespace. Makes a nameless TAP for a moment to know; nothing is left behind.
 */
export function tunAvailable(): Availability {
  try {
    openTap().close();
    return { ok: true, reason: "" };
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}
