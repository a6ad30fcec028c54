import { defineConfig } from "vitest/config";

// For `npx vitest` at the root, which watches all packages at once (without test/kernel). `npm test` runs each
// package by itself and remembers what did not change.
export default defineConfig({ test: { projects: ["{packages,apps,tools}/*/vitest.config.ts"] } });
