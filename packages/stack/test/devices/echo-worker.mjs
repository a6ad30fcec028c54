// Workers do not inherit the loader that reads TypeScript.
import { tsImport } from "tsx/esm/api";

await tsImport("./echo-worker.ts", import.meta.url);
