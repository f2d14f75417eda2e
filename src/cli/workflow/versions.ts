/** Versions of state machines, which never change, and aliases, which lead to one version or to two by weights. */
import { usageFailure } from '../failure.js';
import { type Io, print, say, withProgress } from '../io.js';
import { formatTable } from '../table.js';
import { machineArn } from './names.js';
import type { StatesClient } from './states-client.js';
import type { Alias, Route } from './states-pages.js';
import { isoTime } from './words.js';

export async function publish(
  io: Io,
  client: StatesClient,
  name: string,
  { description, json }: { readonly description?: string; readonly json?: boolean },
): Promise<void> {
  const version = qualifierOf(await client.publish(machineArn(name), description));
  print(io, json ? JSON.stringify({ name, version }) : `${name}:${version}`);
}

export async function listVersions(
  io: Io,
  client: StatesClient,
  name: string,
  json = false,
): Promise<void> {
  const arn = machineArn(name);
  const [versions, aliases] = await withProgress(
    io,
    `asking ${client.endpoint}`,
    async () => [await client.versions(arn), await client.aliases(arn)] as const,
  );
  const listed = versions.map(({ stateMachineVersionArn, creationDate }) => ({
    version: qualifierOf(stateMachineVersionArn),
    creationDate,
    aliases: leadingTo(stateMachineVersionArn, aliases),
  }));
  if (json) print(io, JSON.stringify(listed, null, 2));
  else if (listed.length === 0) {
    say(io, `${name} has no version; make one with \`hearth workflow publish ${name}\`.`);
  } else {
    const rows = listed.map(({ version, creationDate, aliases: leading }) => [
      version,
      isoTime(creationDate),
      leading.map((one) => `${one.name}${shareText(one.weight)}`).join(', ') || '-',
    ]);
    print(io, formatTable(['VERSION', 'CREATED', 'ALIASES'], rows));
  }
}

export async function setAlias(
  io: Io,
  client: StatesClient,
  target: { readonly name: string; readonly alias: string; readonly versions: string },
  json = false,
): Promise<void> {
  const { name, alias } = target;
  const arn = machineArn(name);
  const weights = weightsOf(target.versions);
  const routes = weights.map(({ version, weight }) => ({
    stateMachineVersionArn: `${arn}:${version}`,
    weight,
  }));
  await client.setAlias(arn, alias, routes);
  const leads = weights.map(({ version, weight }) => `${name}:${version}${shareText(weight)}`);
  const done = { name, alias, versions: weights };
  print(io, json ? JSON.stringify(done) : `${name}:${alias} is ${leads.join(', ')}`);
}

/** `3`, or `3=90,4=10`; one without a weight has what the others leave. Throws a usage failure. */
function weightsOf(text: string): { version: string; weight: number }[] {
  const parts = text.split(',').map((part) => /^(\d{1,10})(?:=(\d{1,3}))?$/.exec(part.trim()));
  const given = parts.reduce((sum, part) => sum + Number(part?.[2] ?? 0), 0);
  const open = parts.filter((part) => part?.[2] === undefined).length;
  if (parts.includes(null) || open > 1 || given > 100 || (open === 0 && given !== 100)) {
    throw usageFailure(
      `${text} names no versions; write 3, or 3=90,4=10: numbers of versions with weights that sum to 100.`,
    );
  }
  return parts.map((part) => ({
    version: part?.[1] ?? '',
    weight: Number(part?.[2] ?? 100 - given),
  }));
}

function leadingTo(
  versionArn: string,
  aliases: readonly Alias[],
): { name: string; weight: number }[] {
  return aliases.flatMap(({ name, routingConfiguration }) =>
    routingConfiguration
      .filter((route: Route) => route.stateMachineVersionArn === versionArn)
      .map(({ weight }) => ({ name, weight })),
  );
}

function shareText(weight: number): string {
  return weight === 100 ? '' : ` (${weight} %)`;
}

/** Of an ARN with one. */
function qualifierOf(arn: string): string {
  return arn.split(':').at(-1) ?? '';
}
