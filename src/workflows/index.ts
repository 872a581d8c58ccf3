export { deploy } from './deploy.js';
export { plan } from './plan.js';
export { rollback } from './rollback.js';
