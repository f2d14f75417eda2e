/** Configurations of function URLs, and the statement that opens one to everyone, as a node answers about them. */
import * as z from 'zod';
import { ApiFailure, type Call, type LambdaClient } from './api-client.js';

const texts = z.array(z.string());

const urlConfig = z.object({
  FunctionUrl: z.string(),
  FunctionArn: z.string(),
  AuthType: z.enum(['NONE', 'AWS_IAM', 'JWT']),
  InvokeMode: z.string().optional(),
  JwtConfig: z.object({ Issuer: z.string(), Audience: texts, JwksUri: z.string() }).optional(),
  Cors: z
    .object({
      AllowOrigins: texts.optional(),
      AllowMethods: texts.optional(),
      AllowHeaders: texts.optional(),
      ExposeHeaders: texts.optional(),
      AllowCredentials: z.boolean().optional(),
      MaxAge: z.number().optional(),
    })
    .optional(),
});
const urlList = z.object({ FunctionUrlConfigs: z.array(urlConfig) });

export type UrlConfig = z.output<typeof urlConfig>;
/** What a URL is made with, or changed to. */
export type UrlSettings = Partial<Omit<UrlConfig, 'FunctionUrl' | 'FunctionArn'>>;

/** The one that AWS's console makes, by the same name. */
const everyone = {
  StatementId: 'FunctionURLAllowPublicAccess',
  Action: 'lambda:InvokeFunctionUrl',
  Principal: '*',
  FunctionUrlAuthType: 'NONE',
} as const;

export class UrlClient {
  constructor(private readonly lambda: LambdaClient) {}

  async list(name: string): Promise<readonly UrlConfig[]> {
    const path = `/2021-10-31/functions/${encodeURIComponent(name)}/urls`;
    return (await this.lambda.ask({ method: 'GET', path }, urlList)).FunctionUrlConfigs;
  }

  get(name: string, qualifier: string | undefined): Promise<UrlConfig> {
    return this.lambda.ask({ method: 'GET', path: urlPath(name, qualifier) }, urlConfig);
  }

  /** Makes it, or changes the one that there is. */
  async set(
    name: string,
    qualifier: string | undefined,
    settings: UrlSettings,
  ): Promise<{ readonly config: UrlConfig; readonly made: boolean }> {
    const call = { path: urlPath(name, qualifier), body: JSON.stringify(settings) };
    try {
      const made = await this.lambda.ask({ method: 'POST', ...call }, urlConfig);
      return { config: made, made: true };
    } catch (thrown) {
      if (!(thrown instanceof ApiFailure) || thrown.status !== 409) throw thrown;
      const changed = await this.lambda.ask({ method: 'PUT', ...call }, urlConfig);
      return { config: changed, made: false };
    }
  }

  /** By the statement of that name in the policy of the function or alias. */
  async openToEveryone(
    name: string,
    qualifier: string | undefined,
    isOpen: boolean,
  ): Promise<void> {
    const path = `/2015-03-31/functions/${encodeURIComponent(name)}/policy`;
    const query = qualifier === undefined ? '' : `?Qualifier=${encodeURIComponent(qualifier)}`;
    const { StatementId } = everyone;
    const call: Call = isOpen
      ? { method: 'POST', path: `${path}${query}`, body: JSON.stringify(everyone) }
      : { method: 'DELETE', path: `${path}/${StatementId}${query}` };
    try {
      await this.lambda.ask(call, z.unknown());
    } catch (thrown) {
      // it stands there already, or does not
      const isSo = thrown instanceof ApiFailure && thrown.status === (isOpen ? 409 : 404);
      if (!isSo) throw thrown;
    }
  }

  async delete(name: string, qualifier: string | undefined): Promise<void> {
    await this.lambda.ask({ method: 'DELETE', path: urlPath(name, qualifier) }, z.unknown());
  }
}

function urlPath(name: string, qualifier: string | undefined): string {
  const query = qualifier === undefined ? '' : `?Qualifier=${encodeURIComponent(qualifier)}`;
  return `/2021-10-31/functions/${encodeURIComponent(name)}/url${query}`;
}
