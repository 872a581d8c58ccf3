// What of Temporal's protocol the command line speaks. @temporalio/proto describes all of it: the SDK's inner part, the cloud's
// administration, each call of the service; building its types takes longer than asking the service.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const modulePath = /@temporalio[\\/]proto[\\/]protos[\\/]json-module\.js$/;

/** esbuild's plugin that has the module described by that text, as JSON, in the place of its own. */
export function describedBy(json) {
  return {
    name: 'descriptor',
    setup: ({ onLoad }) =>
      onLoad({ filter: modulePath }, () => ({
        contents: `const $protobuf = require('protobufjs/light');
module.exports = ($protobuf.roots.__temporal ||= new $protobuf.Root()).addJSON(JSON.parse(${JSON.stringify(json)}));`,
        loader: 'js',
      })),
  };
}

/**
 * The types that code may use: those whose name occurs in it, and what they consist of; of a service the calls whose name
 * occurs. No code asks for one by a name that it puts together.
 * @param code all that is going to run, without the descriptor. @returns JSON
 */
export function neededDescriptor(code) {
  const whole = wholeDescriptor();
  const words = new Set(code.match(/[A-Za-z_$][\w$]*/g));
  const types = new Map();
  collect(whole, '', types);
  const needed = new Set();
  for (const [path, { name, node }] of types) {
    if (node.methods) node.methods = usedMethods(node.methods, words);
    if (words.has(name) || (node.methods && Object.keys(node.methods).length > 0)) need(path, types, needed);
  }
  return JSON.stringify(prune(whole, '', needed));
}

/** As the module itself has it, whoever in this process has loaded it before. */
function wholeDescriptor() {
  return JSON.parse(JSON.stringify(require('@temporalio/proto/protos/json-module.js').toJSON().nested));
}

/** Messages, enumerations and services, by their full name. */
function collect(nested, path, types) {
  for (const [name, node] of Object.entries(nested)) {
    const own = path === '' ? name : `${path}.${name}`;
    if (node.fields || node.values || node.methods) types.set(own, { name, node });
    if (node.nested) collect(node.nested, own, types);
  }
}

function usedMethods(methods, words) {
  const called = (name) => words.has(name) || words.has(name[0].toLowerCase() + name.slice(1));
  return Object.fromEntries(
    Object.entries(methods)
      .filter(([name]) => called(name))
      // Without how each is reached by HTTP.
      .map(([name, method]) => [name, { ...method, options: undefined }]),
  );
}

function need(path, types, needed) {
  if (needed.has(path)) return;
  needed.add(path);
  const { fields = {}, methods = {} } = types.get(path).node;
  const names = [
    ...Object.values(fields).flatMap(({ type, keyType }) => [type, keyType]),
    ...Object.values(methods).flatMap(({ requestType, responseType }) => [requestType, responseType]),
  ];
  for (const name of names.filter(Boolean)) {
    const found = resolve(name, path, types);
    if (found) need(found, types, needed);
  }
}

/** As protobuf does: from the innermost scope outwards. A scalar is none. */
function resolve(name, from, types) {
  if (name.startsWith('.')) return types.has(name.slice(1)) ? name.slice(1) : undefined;
  for (let scope = from; ; scope = scope.slice(0, Math.max(0, scope.lastIndexOf('.')))) {
    const path = scope === '' ? name : `${scope}.${name}`;
    if (types.has(path)) return path;
    if (scope === '') return undefined;
  }
}

function prune(nested, path, needed) {
  const kept = {};
  for (const [name, node] of Object.entries(nested)) {
    const own = path === '' ? name : `${path}.${name}`;
    const within = prune(node.nested ?? {}, own, needed);
    const inner = Object.keys(within).length > 0 ? { nested: within } : {};
    // What is not needed itself may be the scope of what is.
    if (needed.has(own)) kept[name] = { ...node, nested: undefined, ...inner };
    else if (inner.nested) kept[name] = { ...(node.fields ? { fields: {} } : {}), ...inner };
  }
  return kept;
}
