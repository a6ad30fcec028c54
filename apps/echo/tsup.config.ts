import { library } from "../../tsup.config.base.ts";

export default library({
  platform: "node",
  entry: ["src/main.ts", "src/command.ts", "src/service.ts", "src/client.ts"],
});
