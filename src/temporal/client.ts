// What takes long to load of Temporal's SDK, in a module that is imported when it is needed: from a bundle, a package that
// is CommonJS itself could then not be imported by name.
export { Client, Connection } from '@temporalio/client';
export { msToTs } from '@temporalio/common/lib/time.js';
