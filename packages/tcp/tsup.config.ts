import { library } from "../../tsup.config.base.ts";

// Constructors that only the layer calls are no part of the declarations.
export default library({ dts: { compilerOptions: { ignoreDeprecations: "6.0", stripInternal: true } } });
