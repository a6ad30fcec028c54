/** Networks on a virtual clock: the same seed gives the same packets. */

export { Bottleneck, type BottleneckConditions } from "./bottleneck.ts";
export type { TimelineEvent } from "./event-heap.ts";
export type { LinkConditions } from "./link-conditions.ts";
export type { LinkStatistics } from "./path.ts";
export { type Recording, record } from "./record.ts";
export { playScenario, type Scenario, type ScenarioBody, ScenarioFailure } from "./scenario.ts";
export { SimulatedHub, type SimulatedHubOptions } from "./simulated-hub.ts";
export { type SimulatedLinkOptions, simulatedLink } from "./simulated-link.ts";
export type { SimulatedPort } from "./simulated-port.ts";
export { type Scheduled, Timeline, type TimelineOptions } from "./timeline.ts";
export { VirtualHost } from "./virtual-host.ts";
