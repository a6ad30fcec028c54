import { suite } from "../../vitest.shared.ts";

export default suite("pcap", { borrowDebug: false });
