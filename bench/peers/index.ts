/** Who Hearth is measured against. */
export { bare } from './bare.js';
