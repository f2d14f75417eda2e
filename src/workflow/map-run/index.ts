/** Distributed Map: items of any number, each (or each batch) an execution of its own. */
export { batched } from './batches.js';
export { bookOf, type MapRunBook } from './book.js';
export { csvConfigOf, csvItems } from './csv.js';
export { jsonLines, pointed } from './item-reader.js';
export { DistributedMaps, type MapRunsDeps } from './runner.js';
