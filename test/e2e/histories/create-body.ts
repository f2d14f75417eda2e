/** The request that creates a function: one whose settings are what is written and read, unless more is said. */
import { nodeZip, role } from '../functions.js';

export interface Creation {
  readonly source?: string;
  /** Of the source. */
  readonly file?: string;
  /** Over what stands in the request else. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

export async function createBody(
  name: string,
  { source = 'exports.handler = async () => "here";', file, settings }: Creation = {},
): Promise<Record<string, unknown>> {
  const zip = await nodeZip(source, file);
  return {
    FunctionName: name,
    Runtime: 'nodejs20.x',
    Handler: 'index.handler',
    Role: role,
    Code: { ZipFile: zip.toString('base64') },
    ...settings,
  };
}
