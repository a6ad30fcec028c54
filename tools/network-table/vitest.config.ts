import { suite } from "../../vitest.shared.ts";

export default suite("network-table", { borrowDebug: false });
