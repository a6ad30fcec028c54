// Refuses `npm install` and `yarn`: without pnpm's workspace links they "succeed" and nothing works.
const agent = process.env.npm_config_user_agent ?? "";

if (!agent.startsWith("pnpm/")) {
  console.error(
    "\nThis is a pnpm workspace. Nothing needs installing by hand: run `npm test` or `npm start`,\n" +
      "or install with `node tools/bootstrap.mjs`. To add a dependency: `npx pnpm --filter @mnet/<package> add <name>`.\n",
  );
  process.exit(1);
}
