import { library } from "../../tsup.config.base.ts";

export default library({
  platform: "node",
  entry: ["src/main.ts", "src/subject-main.ts", "src/peer-main.ts"],
});
