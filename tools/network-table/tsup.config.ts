import { library } from "../../tsup.config.base.ts";

export default library({ platform: "node", entry: ["src/main.ts", "src/worker.ts", "src/plot.ts"] });
