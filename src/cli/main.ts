#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { cacheFolder } from '../temporal/state.js';
import { runCompiled } from './compiled.js';

/** The build puts it in the place of this name. */
declare const bundleDigest: string;

// The command line is one file beside this one: finding, reading and compiling its modules takes longer than most commands do.
const path = fileURLToPath(new URL('./bundle.cjs', import.meta.url));
const command = process.argv.slice(2).find((word) => /^[a-z][a-z-]{1,19}$/.test(word)) ?? '';
runCompiled({ path, digest: bundleDigest }, cacheFolder(), command);
