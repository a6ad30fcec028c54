import { suite } from "../../vitest.shared.ts";

export default suite("kernel", { borrowDebug: false });
