// By path, not by name: the root depending on @mnet/core would make every edit of core a change of everything.
import { setBorrowDebug } from "./packages/core/src/index.ts";

setBorrowDebug(true);
