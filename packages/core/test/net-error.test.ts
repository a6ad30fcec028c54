import { describe, expect, it } from "vitest";
import { isNetError, NetError } from "../src/index.ts";

describe("NetError", () => {
  it("says what failed, where and why", () => {
    const error = new NetError("ECONNREFUSED", { syscall: "connect", address: "10.0.0.2", port: 80 });
    expect(error.message).toBe("connect ECONNREFUSED 10.0.0.2:80: connection refused");
    expect(error).toMatchObject({ name: "NetError", code: "ECONNREFUSED", syscall: "connect", port: 80 });
    expect(`${error}`).toMatch(/^NetError: connect /);
    expect(new NetError("ENETDOWN").message).toBe("ENETDOWN: the stack was killed");
    expect(new NetError("EBUSY", { reason: "tap0 is attached" }).message).toBe("EBUSY: tap0 is attached");
  });

  it("keeps its cause, and has none when none was given", () => {
    const cause = new Error("why");
    expect(new NetError("EPIPE", { cause }).cause).toBe(cause);
    expect("cause" in new NetError("EPIPE")).toBe(false);
  });

  it("is recognised by its brand, so that two versions of the package get along", () => {
    const error = new NetError("ETIMEDOUT");
    expect(isNetError(error)).toBe(true);
    expect(isNetError(error, "ETIMEDOUT")).toBe(true);
    expect(isNetError(error, "EPIPE")).toBe(false);
    const foreign = Object.assign(new Error("of another version"), {
      code: "ETIMEDOUT",
      [Symbol.for("mnet.NetError")]: true,
    });
    expect(foreign instanceof NetError).toBe(false);
    expect(isNetError(foreign, "ETIMEDOUT")).toBe(true);
  });

  it.each([[null], [undefined], ["ETIMEDOUT"], [new Error("x")], [{ code: "ETIMEDOUT" }]])(
    "%s is none",
    (value) => {
      expect(isNetError(value)).toBe(false);
    },
  );

  it("does not show its brand among its fields", () => {
    expect(Object.keys(new NetError("EPIPE")).sort()).toEqual(["address", "code", "port", "syscall"]);
  });
});
