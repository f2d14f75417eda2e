/** Distributed Map: items of any number, each (or each batch) an execution of its own. */
export { bookOf, type MapRunBook } from './book.js';
export { DistributedMaps, type MapRunsDeps } from './runner.js';
