import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import type { CellResult, Snapshot } from "./snapshot.ts";
import type { Glance } from "./trace.ts";

const { document } = parseHTML("<html><body></body></html>");
const queueNames = { shallow: "shallow", bdp: "1 BDP", deep: "deep" } as const;

/** Goodput relative to the bottleneck by loss: a facet for each round trip and bottleneck, a line for each queue. */
export function drawTable({ cells }: Snapshot): string {
  const points = cells.map((cell: CellResult) => ({
    loss: `${Number((cell.loss * 100).toFixed(1))}`,
    use: 100 * cell.use,
    queue: queueNames[cell.queue],
    path: `${cell.roundTrip} ms`,
    bottleneck: cell.bottleneck >= 1000 ? "1 Gbit/s" : "10 Mbit/s",
  }));
  return svg({
    width: 960,
    height: 420,
    marginLeft: 60,
    marginRight: 80,
    grid: true,
    fx: { label: "round trip", domain: ["1 ms", "20 ms", "100 ms", "200 ms"] },
    fy: { label: null, domain: ["10 Mbit/s", "1 Gbit/s"] },
    x: { type: "point", domain: ["0", "0.1", "1", "3", "5", "10"], label: "loss (%)" },
    y: {
      type: "log",
      domain: [0.01, 100],
      ticks: [0.01, 0.1, 1, 10, 100],
      tickFormat: String,
      label: "goodput, % of the bottleneck",
    },
    color: { domain: ["shallow", "1 BDP", "deep"], legend: false },
    marks: [
      Plot.frame({ stroke: "#ddd" }),
      Plot.line(points, { x: "loss", y: "use", stroke: "queue", fx: "path", fy: "bottleneck" }),
      Plot.dot(points, { x: "loss", y: "use", stroke: "queue", fx: "path", fy: "bottleneck", r: 2 }),
      ...Object.values(queueNames).map((queue, i) =>
        Plot.text([{ queue, path: "1 ms", bottleneck: "1 Gbit/s" }], {
          text: "queue",
          fill: "queue",
          fx: "path",
          fy: "bottleneck",
          frameAnchor: "bottom-left",
          dx: 6,
          dy: -6 - 14 * i,
        }),
      ),
    ],
  });
}

/** Window, threshold and round trip of one transfer over time. */
export function drawTrace(glances: readonly Glance[]): string {
  const lines = glances.flatMap(({ time, window, threshold, roundTrip }) => [
    { time, value: window, what: "cwnd", panel: "segments" },
    ...(threshold === null ? [] : [{ time, value: threshold, what: "ssthresh", panel: "segments" }]),
    { time, value: roundTrip, what: "SRTT", panel: "ms" },
  ]);
  const panel = (name: string): typeof lines => lines.filter((point) => point.panel === name);
  const last = (what: string): typeof lines => lines.filter((point) => point.what === what).slice(-1);
  const recovering = glances.filter((glance) => glance.recovering);
  const chart = (name: string, label: string, named: readonly string[]): string =>
    svg({
      width: 960,
      height: 220,
      marginLeft: 60,
      marginRight: 80,
      grid: true,
      x: { label: "seconds" },
      y: { label, zero: true },
      color: { domain: ["cwnd", "ssthresh", "SRTT"] },
      marks: [
        Plot.ruleX(recovering, { x: "time", stroke: "#eee" }),
        Plot.line(panel(name), { x: "time", y: "value", stroke: "what", curve: "step-after" }),
        ...named.map((what) =>
          Plot.text(last(what), {
            x: "time",
            y: "value",
            text: "what",
            fill: "what",
            textAnchor: "start",
            dx: 6,
            dy: what === "ssthresh" ? 7 : -7,
          }),
        ),
      ],
    });
  return stack(
    [chart("segments", "segments", ["cwnd", "ssthresh"]), chart("ms", "round trip (ms)", ["SRTT"])],
    960,
    220,
  );
}

function svg(options: Plot.PlotOptions): string {
  const drawn = Plot.plot({ ...options, document: document as never });
  drawn.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  const { outerHTML } = drawn as unknown as { outerHTML: string };
  // Pages may be dark; the lines and letters are.
  return outerHTML.replace(/(<svg[^>]*>)/, '$1<rect width="100%" height="100%" fill="white"/>');
}

/** Drawings one below the other. */
function stack(drawings: readonly string[], width: number, height: number): string {
  const total = height * drawings.length;
  const placed = drawings.map((drawing, i) => `<g transform="translate(0,${i * height})">${drawing}</g>`);
  const size = `width="${width}" height="${total}" viewBox="0 0 ${width} ${total}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="system-ui, sans-serif" font-size="10"><rect width="100%" height="100%" fill="white"/>${placed.join("")}</svg>\n`;
}
