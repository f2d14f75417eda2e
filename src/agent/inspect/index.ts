/** What is uploaded is looked at before it is taken: one interface, an inspector per family of runtimes. */
export { findingText, type Inspection } from './inspection.js';
export { Inspector } from './inspector.js';
