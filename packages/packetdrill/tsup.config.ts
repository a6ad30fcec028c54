import { library } from "../../tsup.config.base.ts";

export default library({ platform: "node", entry: ["src/index.ts", "src/main.ts"] });
