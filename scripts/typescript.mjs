// Hooks of Node's module loader with which a script can import the TypeScript of test/ as it is.
import { readFile } from 'node:fs/promises';
import { transform } from 'esbuild';

/** Sources import each other under the names that they have once they are compiled. */
export async function resolve(specifier, context, next) {
  try {
    return await next(specifier, context);
  } catch (error) {
    if (!specifier.startsWith('.') || !specifier.endsWith('.js')) throw error;
    return next(specifier.replace(/\.js$/, '.ts'), context);
  }
}

export async function load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context);
  const text = await readFile(new URL(url), 'utf8');
  const { code } = await transform(text, {
    loader: 'ts',
    format: 'esm',
    sourcemap: 'inline',
    sourcefile: url,
  });
  return { format: 'module', source: code, shortCircuit: true };
}
