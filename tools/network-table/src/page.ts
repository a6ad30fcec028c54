import { bottlenecks, losses, nameOf, queues, roundTrips } from "./cells.ts";
import type { CellResult, Snapshot } from "./snapshot.ts";

const queueNames = { shallow: "shallow", bdp: "1 BDP", deep: "deep" } as const;

/** `docs/network.md`: made, not written. */
export function page({ cells, sharing }: Snapshot): string {
  const byName = new Map(cells.map((cell) => [cell.name, cell]));
  const sections = bottlenecks.flatMap((bottleneck) => [
    `### ${bottleneck >= 1000 ? `${bottleneck / 1000} Gbit/s` : `${bottleneck} Mbit/s`}`,
    "",
    `| round trip | queue | ${losses.map((loss) => `${Number((loss * 100).toFixed(1))} %`).join(" | ")} |`,
    `| --- | --- | ${losses.map(() => "---").join(" | ")} |`,
    ...roundTrips.flatMap((roundTrip) =>
      queues.map((queue) => {
        const row = losses.map((loss) => field(byName.get(nameOf({ loss, roundTrip, bottleneck, queue }))));
        return `| ${roundTrip} ms | ${queueNames[queue]} | ${row.join(" | ")} |`;
      }),
    ),
    "",
  ]);
  const shared = sharing.map(({ name, index, least, most, use }) => {
    const range = most === 1 ? `>= ${least}` : `${least.toFixed(2)} to ${most}`;
    return `| ${name} | ${index.toFixed(3)} | ${range} | ${(100 * use).toFixed(0)} % |`;
  });
  return `${[head, ...sections, sharingHead, ...shared, "", foot].join("\n")}\n`;
}

function field(cell: CellResult | undefined): string {
  if (cell === undefined) return "";
  return `${cell.goodput} (${cell.ratio.toFixed(2)})`;
}

const head = `# TCP over simulated networks

Made by \`npm run network-table -- --update\`; do not edit. One bulk transfer with the defaults (CUBIC, HyStart++, SACK, RACK-TLP, PRR, timestamps) crosses
one bottleneck on the virtual clock. The simulation is deterministic: the same seeds give the same figures on every machine, so CI runs 24 of the cells and
compares every digit; \`npm run network-table -- --all\`, which is part of the soak, compares all of them.

![Goodput relative to the bottleneck](network/goodput.svg)

- **Loss** is by chance, of data segments, independent of each other; 20 seeds, of which the table has the average. **Round trip** is without queueing.
  **Queue**: tail drop; shallow is a tenth of the bandwidth-delay product (BDP), deep is four of them, but at least 10, 20 and 80 datagrams.
- **Goodput** is text that the receiving application got, Mbit/s, after a warm-up. Behind it, in parentheses, what that is of what theory allows:
  without loss the bottleneck (at 1448 octets of text in datagrams of 1500), with a shallow queue the average of CUBIC's sawtooth; with loss the better
  of CUBIC's (RFC 9438 5.1) and AIMD's response function (Mathis: sqrt(3/2p) segments sent per round trip), the bottleneck at most, less what is
  lost.
- **Required**: 0.95 without loss, 0.9 of the sawtooth with a shallow queue, 0.8 with loss; and no run without progress for 15 s.
- Buffers are three times BDP and queue, 64 MiB at most: over 1 Gbit/s and 200 ms with a deep queue they are the limit, not the queue.

## Goodput
`;

const sharingHead = `## Sharing a bottleneck

20 Mbit/s, 40 ms, a queue of one BDP, jittered starts. Jain's index over the last 60 virtual seconds; for CUBIC beside NewReno the ratio of what they got
in 180 s.

| flows | index | required | used |
| --- | --- | --- | --- |`;

const foot = `## One transfer

20 Mbit/s, 40 ms, a queue of one BDP, 0.02 % of loss by chance: slow start ends by HyStart++ or the first loss, then CUBIC's curve.

![Window and round trip over time](network/transfer.svg)`;
