import { frameworks } from './shapes-frameworks.js';
import { projects } from './shapes-projects.js';
import { techniques } from './shapes-techniques.js';

/** Shapes in which public projects and their guides put nginx before an app. */
export const shapes = [...frameworks, ...projects, ...techniques];
