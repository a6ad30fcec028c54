/** `@mnet/stack/node`: what Node alone has use for. */

export { toDuplex } from "./duplex.ts";
