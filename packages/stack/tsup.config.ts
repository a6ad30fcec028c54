import { library } from "../../tsup.config.base.ts";

export default library({
  platform: "node",
  entry: ["src/index.ts", "src/layers.ts", "src/node/index.ts", "src/socket-kit.ts"],
});
