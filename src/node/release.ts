/** The release that this program is. */
import { ownVersion } from '../lib/index.js';

export const release: string = ownVersion();
