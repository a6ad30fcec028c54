#!/usr/bin/env node
import { echo } from "./command.ts";

await echo();
