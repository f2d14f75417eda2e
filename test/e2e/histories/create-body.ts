/** The request that creates a function whose settings are what is written and read. */
import { nodeZip, role } from '../functions.js';

export async function createBody(name: string): Promise<Record<string, unknown>> {
  const zip = await nodeZip('exports.handler = async () => "here";');
  return {
    FunctionName: name,
    Runtime: 'nodejs20.x',
    Handler: 'index.handler',
    Role: role,
    Code: { ZipFile: zip.toString('base64') },
  };
}
