import { suite } from "../../vitest.shared.ts";

export default suite("ipv6-ndp");
