/** A row of the table: one figure of one subject. */
export interface RowEntry {
  readonly id: string;
  readonly title: string;
  /** Names a member of `subjects`. */
  readonly subject: string;
  /** Names a figure of its rounds; its first part is the unit. */
  readonly figure: string;
  readonly unit: string;
}

/** What must hold of a figure, or of its ratio to a reference, in the same round. */
export interface Must {
  readonly id: string;
  readonly row: string;
  /** A row to divide by. */
  readonly reference?: string;
  readonly atLeast?: number;
  readonly atMost?: number;
  /**
   * What `--check` fails at: half as good as the goal. Rates depend on who else uses the machine; what the heap grows by, on what the compiler
   * chose to inline (one number that it does not keep in a register is 16 octets per frame). The memory of connections depends on neither.
   */
  readonly failsAt: number;
}

const row = (id: string, title: string, subject: string, unit: string, figure = unit): RowEntry => ({
  id,
  title,
  subject,
  unit,
  figure,
});

export const rows: readonly RowEntry[] = [
  row("veth-on", "TCP bulk, kernel to kernel, veth", "veth with offloads", "MB/s"),
  row("veth-off", "TCP bulk, kernel to kernel, veth without offloads", "veth without offloads", "MB/s"),
  row("tap-to", "TCP bulk, stack to kernel, TAP", "tap", "MB/s", "to the kernel MB/s"),
  row("tap-from", "TCP bulk, kernel to stack, TAP", "tap", "MB/s", "from the kernel MB/s"),
  row("memory", "TCP bulk, stack to stack, in memory", "memory bulk", "MB/s"),
  row(
    "connections",
    "connections, in memory (server holds TIME-WAIT)",
    "connections",
    "1/s",
    "connections/s",
  ),
  row("datagrams", "UDP datagrams of 64 octets, in memory", "datagrams", "1/s", "datagrams/s"),
  row("veth-p50", "one octet and back, kernel to kernel, veth, p50", "veth with offloads", "us", "p50 us"),
  row("veth-p99", "one octet and back, kernel to kernel, veth, p99", "veth with offloads", "us", "p99 us"),
  row("tap-p50", "one octet and back, kernel to stack, TAP, p50", "tap", "us", "p50 us"),
  row("tap-p99", "one octet and back, kernel to stack, TAP, p99", "tap", "us", "p99 us"),
  row("memory-p50", "one octet and back, in memory, p50", "ping-pong", "us", "p50 us"),
  row("memory-p99", "one octet and back, in memory, p99", "ping-pong", "us", "p99 us"),
  row("idle", "memory per end of an idle connection", "crowd", "octets", "octets/end"),
  row("growth", "heap growth per frame of a bulk transfer", "growth", "octets", "octets/frame"),
  row("crowd-rss", "resident memory with the crowd open", "crowd", "MB", "RSS MB"),
  row("crowd-alone", "TCP bulk in memory before the crowd", "crowd", "MB/s", "alone MB/s"),
  row("crowd-beside", "TCP bulk in memory beside the crowd", "crowd", "MB/s", "beside MB/s"),
  row("crowd-ratio", "the same per CPU second, beside / before", "crowd", "x", "beside/alone"),
];

export const musts: readonly Must[] = [
  { id: "in-memory bulk", row: "memory", atLeast: 100, failsAt: 50 },
  { id: "bulk to the kernel", row: "tap-to", reference: "veth-off", atLeast: 0.25, failsAt: 0.125 },
  { id: "bulk from the kernel", row: "tap-from", reference: "veth-off", atLeast: 0.25, failsAt: 0.125 },
  { id: "connections", row: "connections", atLeast: 2000, failsAt: 1000 },
  { id: "UDP datagrams", row: "datagrams", atLeast: 60_000, failsAt: 30_000 },
  { id: "idle connection", row: "idle", atMost: 4096, failsAt: 4096 },
  { id: "heap growth", row: "growth", atMost: 64, failsAt: 128 },
  { id: "bulk beside a crowd", row: "crowd-ratio", atLeast: 0.9, failsAt: 0.45 },
];

/** Ratios worth reading that nothing is demanded of. */
export const comparisons: readonly { readonly row: string; readonly reference: string }[] = [
  { row: "tap-to", reference: "veth-off" },
  { row: "tap-to", reference: "veth-on" },
  { row: "tap-from", reference: "veth-off" },
  { row: "tap-from", reference: "veth-on" },
  { row: "tap-p50", reference: "veth-p50" },
];
