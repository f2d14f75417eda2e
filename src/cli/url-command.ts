/** `hearth url`: the HTTP address of a function or alias, who may call it, and what browsers may. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type ClientOptions, client, withClient } from './client-command.js';
import { usageFailure } from './failure.js';
import { parseTarget } from './invoke.js';
import { type Io, print, say, withProgress } from './io.js';
import { formatTable } from './table.js';
import { UrlClient, type UrlConfig, type UrlSettings } from './url-client.js';

interface UrlOptions extends ClientOptions {
  readonly auth?: 'none' | 'iam' | 'jwt';
  readonly issuer?: string;
  readonly audience?: readonly string[];
  readonly jwks?: string;
  /** False with `--no-stream`. */
  readonly stream?: boolean;
  readonly cors?: readonly string[];
  readonly corsMethods?: readonly string[];
  readonly corsHeaders?: readonly string[];
  readonly corsExpose?: readonly string[];
  readonly corsCredentials?: boolean;
  readonly corsMaxAge?: number;
}

const authTypes = { none: 'NONE', iam: 'AWS_IAM', jwt: 'JWT' } as const;

export function addUrlCommands(program: Command, io: Io): void {
  const url = program
    .command('url')
    .description('Give functions and aliases an HTTP address, and say who may call it.');
  client(url.command('create <name[:alias]>'))
    .description('Make the URL of a function or alias, or change the one that it has.')
    .addOption(
      new Option(
        '--auth <how>',
        'none: everyone; iam: who signs with a key; jwt: who shows a token of an issuer',
      ).choices(['none', 'iam', 'jwt']),
    )
    .option('--issuer <url>', 'who issues the tokens, with --auth jwt')
    .option('--audience <name...>', 'whom tokens must be for')
    .option('--jwks <url>', 'where the issuer publishes its keys (default: below the issuer)')
    .option('--stream', 'answers are sent as the function writes them')
    .option('--no-stream', 'answers are sent whole')
    .option('--cors <origin...>', "pages that may call it, such as https://shop.example or '*'")
    .option('--cors-methods <method...>', "methods that they may use, or '*'")
    .option('--cors-headers <name...>', "headers that they may send, or '*'")
    .option('--cors-expose <name...>', 'headers that they may read')
    .option('--cors-credentials', 'they may send cookies')
    .option('--cors-max-age <seconds>', 'how long browsers remember that', seconds)
    .addHelpText(
      'after',
      `
Examples:
  hearth url create hello --auth none
  hearth url create hello:live --auth iam --stream
  hearth url create hello --auth jwt --issuer https://login.example --audience shop
  hearth url create hello --auth none --cors 'https://shop.example' --cors-methods GET POST`,
    )
    .action((target: string, options: UrlOptions) =>
      withClient(io, options, (lambda) => create(io, new UrlClient(lambda), target, options)),
    );
  client(url.command('show <name>'))
    .description('Show the URLs of a function and its aliases.')
    .addHelpText('after', '\nExamples:\n  hearth url show hello\n  hearth url show hello --json')
    .action((name: string, options: ClientOptions) =>
      withClient(io, options, async (lambda) => {
        const asking = `asking ${lambda.endpoint}`;
        const urls = await withProgress(io, asking, () => new UrlClient(lambda).list(name));
        if (options.json) print(io, JSON.stringify(urls, null, 2));
        else if (urls.length === 0) say(io, `no URL yet; make one with: hearth url create ${name}`);
        else print(io, table(urls));
      }),
    );
  client(url.command('delete <name[:alias]>'))
    .description('Delete the URL of a function or alias; the function stays.')
    .addHelpText('after', '\nExamples:\n  hearth url delete hello\n  hearth url delete hello:live')
    .action((target: string, options: ClientOptions) =>
      withClient(io, options, async (lambda) => {
        const { name, qualifier } = parseTarget(target);
        const urls = new UrlClient(lambda);
        await urls.delete(name, qualifier);
        await urls.openToEveryone(name, qualifier, false);
        print(io, options.json ? JSON.stringify({ target, action: 'deleted' }) : 'deleted');
      }),
    );
}

async function create(io: Io, urls: UrlClient, target: string, options: UrlOptions): Promise<void> {
  const { name, qualifier } = parseTarget(target);
  const { config, made } = await urls.set(name, qualifier, settingsOf(target, options));
  await urls.openToEveryone(name, qualifier, config.AuthType === 'NONE');
  if (options.json) print(io, JSON.stringify(config, null, 2));
  else {
    print(io, config.FunctionUrl);
    say(io, `${made ? 'made' : 'changed'}; ${whoMay(config)}`);
  }
}

function settingsOf(target: string, options: UrlOptions): UrlSettings {
  const { auth, stream } = options;
  const cors = corsOf(options);
  if (auth === undefined) {
    throw usageFailure(
      `say who may call ${target}: --auth none (everyone), iam (who signs) or jwt (who has a token).`,
    );
  }
  return {
    AuthType: authTypes[auth],
    ...(auth === 'jwt' ? { JwtConfig: jwtOf(options) } : {}),
    ...(stream === undefined ? {} : { InvokeMode: stream ? 'RESPONSE_STREAM' : 'BUFFERED' }),
    ...(Object.keys(cors).length === 0 ? {} : { Cors: cors }),
  };
}

function jwtOf({ issuer, audience, jwks }: UrlOptions): NonNullable<UrlSettings['JwtConfig']> {
  if (issuer === undefined || audience === undefined) {
    throw usageFailure(
      '--auth jwt needs --issuer URL and --audience NAME, which tokens must have in them.',
    );
  }
  const JwksUri = jwks ?? `${issuer.replace(/\/$/, '')}/.well-known/jwks.json`;
  return { Issuer: issuer, Audience: [...audience], JwksUri };
}

function corsOf(options: UrlOptions): NonNullable<UrlSettings['Cors']> {
  const { cors, corsMethods, corsHeaders, corsExpose, corsCredentials, corsMaxAge } = options;
  return {
    ...(cors === undefined ? {} : { AllowOrigins: [...cors] }),
    ...(corsMethods === undefined ? {} : { AllowMethods: [...corsMethods] }),
    ...(corsHeaders === undefined ? {} : { AllowHeaders: [...corsHeaders] }),
    ...(corsExpose === undefined ? {} : { ExposeHeaders: [...corsExpose] }),
    ...(corsCredentials === undefined ? {} : { AllowCredentials: corsCredentials }),
    ...(corsMaxAge === undefined ? {} : { MaxAge: corsMaxAge }),
  };
}

function whoMay({ AuthType, JwtConfig }: UrlConfig): string {
  switch (AuthType) {
    case 'NONE':
      return 'everyone may call it';
    case 'AWS_IAM':
      return 'who signs with a key that allows lambda:InvokeFunctionUrl may call it';
    default:
      return `who shows a token of ${JwtConfig?.Issuer ?? 'its issuer'} may call it`;
  }
}

function table(urls: readonly UrlConfig[]): string {
  return formatTable(
    ['URL', 'AUTH', 'ANSWERS', 'CORS'],
    urls.map(({ FunctionUrl, AuthType, JwtConfig, InvokeMode, Cors }) => [
      FunctionUrl,
      JwtConfig === undefined ? AuthType : `JWT of ${JwtConfig.Issuer}`,
      InvokeMode === 'RESPONSE_STREAM' ? 'streamed' : 'whole',
      Cors?.AllowOrigins?.join(' ') ?? '-',
    ]),
  );
}

function seconds(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('it must be a whole number of seconds, such as 300.');
}
