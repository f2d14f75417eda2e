/** Patterns of AWS's model that several operations share, as recorded on live AWS. */
import { memberPattern } from './constraints.js';

const arn =
  'arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\\-])+:((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1})?:(\\d{12})?:(.*)';

export const arnPattern = memberPattern(arn);
/** In AWS's model `$` is one way to be: that of an empty text. */
export const destinationPattern = memberPattern(`$|kafka://([^.]([a-zA-Z0-9\\-_.]{0,248}))|${arn}`);
export const statementIdPattern = memberPattern('([a-zA-Z0-9-_]+)');
export const accountPattern = memberPattern('\\d{12}');
export const organizationPattern = memberPattern('o-[a-z0-9]{10,32}');
