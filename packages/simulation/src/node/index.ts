/** Random scenarios that can be replayed, with files and the environment of Node. */

export { type ScenarioOptions, scenario } from "./scenario.ts";
