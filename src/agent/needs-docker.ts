/** What drivers of zips say of a function that is a container image: `ImageDriver` gives it to Docker's. */
import { HearthError } from '../types/index.js';

export function needsDocker(): HearthError {
  return new HearthError(
    'invalid-parameter',
    'A function of package type Image needs Docker, and this node has none; start dockerd on it, or ' +
      'deploy the function as a zip.',
  );
}
