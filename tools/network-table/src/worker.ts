import type { Cell } from "./cells.ts";
import { sharings } from "./sharing.ts";
import { runCell } from "./snapshot.ts";

/** What the parent asks for, and what it gets: a cell's result, or all sharings. */
export type Task = { readonly cell: Cell } | "sharing";

process.on("message", (task: Task) => {
  process.send!(task === "sharing" ? sharings() : runCell(task.cell));
});

// The parent is gone, and with it everybody who wants to know.
process.on("disconnect", () => process.exit());
