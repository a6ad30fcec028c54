import { type Scenario, simulatedLink } from "../src/index.ts";
import { frame, Recorder } from "./support.ts";

/** Ten frames over a link that loses some; fails when not all arrive. */
export async function shout({ timeline, record }: Scenario, loss: number): Promise<void> {
  const [near, far] = simulatedLink(timeline, { latency: 3, loss });
  const sender = record(near);
  const heard = new Recorder(timeline, record(far));
  new Recorder(timeline, sender);
  for (let number = 0; number < 10; number++) {
    timeline.at(number, () => void sender.send(frame(number, timeline.random.u32() & 0xff)));
  }
  await timeline.run(100);
  if (heard.frames.length < 10) throw new Error(`${heard.frames.length} of 10 arrived`);
}
