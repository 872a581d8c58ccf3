export { deploy } from './deploy.js';
export { healthWatch } from './healthWatch.js';
export { inspect } from './inspect.js';
export { notify } from './notify.js';
export { plan } from './plan.js';
export { recover } from './recover.js';
export { releases } from './releases.js';
export { rollback } from './rollback.js';
