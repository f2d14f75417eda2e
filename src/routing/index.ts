/** The decision where a request runs (design, section 3). */
export { type RoutedOutcome, Router, type RouterDeps } from './router.js';
