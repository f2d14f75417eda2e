#!/usr/bin/env node
/**
 * The programs of the rollout's `command` provider where systemd runs the nodes: a place NAME is the unit
 * hearth@NAME with /etc/hearth/places/NAME.env, in which HTTP, CLUSTER and JOIN stand. Releases are unpacked into
 * /var/lib/hearth/releases, and /var/lib/hearth/places/NAME/release points to the one that runs there. In node.json:
 *
 *   "rollout": {"provider": {
 *     "kind": "command",
 *     "list": ["/usr/local/bin/hearth-places.mjs", "list"],
 *     "prepare": ["flock", "/run/lock/hearth-places", "/usr/local/bin/hearth-places.mjs", "prepare"],
 *     "start": ["flock", "/run/lock/hearth-places", "/usr/local/bin/hearth-places.mjs", "start"],
 *     "stop": ["flock", "/run/lock/hearth-places", "/usr/local/bin/hearth-places.mjs", "stop"]
 *   }}
 *
 * flock makes calls of several nodes wait for each other. Nodes need to be allowed to do this: run them as root, or
 * let polkit grant their user org.freedesktop.systemd1.manage-units for hearth@*.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const settings = process.env.HEARTH_PLACES ?? '/etc/hearth/places';
const state = process.env.HEARTH_STATE ?? '/var/lib/hearth';
const releases = join(state, 'releases');
const live = ['active', 'activating', 'deactivating', 'reloading'];

const programs = { list, prepare, start, stop };

try {
  const input = JSON.parse(readFileSync(0, 'utf8') || '{}');
  const answer = await programs[process.argv[2]](input);
  process.stdout.write(JSON.stringify(answer ?? {}));
} catch (error) {
  process.stderr.write(`${error.message.trim().split('\n').at(-1)}\n`);
  process.exitCode = 1;
}

function list() {
  const names = readdirSync(settings).filter((name) => name.endsWith('.env'));
  const lives = areLive(names.map((file) => basename(file, '.env')));
  const places = names.map((file, index) => {
    const name = basename(file, '.env');
    const text = readFileSync(join(settings, file), 'utf8');
    const value = (variable) => new RegExp(`^${variable}=(.*)$`, 'm').exec(text)?.[1] ?? null;
    const running = lives[index] ? { version: releaseOf(name) } : null;
    return { name, http: value('HTTP'), cluster: value('CLUSTER'), running };
  });
  const known = existsSync(releases) ? readdirSync(releases) : [];
  return { places, prepared: known.filter((name) => isPrepared(name)) };
}

async function prepare({ release: { version, digest, artifact } }) {
  const told = join(releases, version, '.digest');
  if (isPrepared(version)) {
    const present = existsSync(told) ? readFileSync(told, 'utf8') : '';
    if (digest === '' || present === '' || present === digest) return;
    throw new Error(`release ${version} is here as ${present}, and this is ${digest}`);
  }
  if (artifact === '')
    throw new Error(`release ${version} is not here, and nothing tells from where to get it`);
  const made = join(releases, '.new');
  rmSync(made, { recursive: true, force: true });
  mkdirSync(made, { recursive: true });
  const archive = join(releases, '.new.tgz');
  const hash = createHash('sha256');
  const body = artifact.startsWith('file:')
    ? createReadStream(new URL(artifact))
    : await download(artifact);
  body.on('data', (chunk) => hash.update(chunk));
  await pipeline(body, createWriteStream(archive));
  const found = `sha256:${hash.digest('hex')}`;
  if (found !== digest)
    throw new Error(`the artifact of release ${version} is ${found}, not ${digest}`);
  execFileSync('tar', ['-xzf', archive, '-C', made, '--no-same-owner']);
  writeFileSync(join(made, '.digest'), digest);
  renameSync(made, join(releases, version));
  rmSync(archive);
}

async function download(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}`);
  return Readable.fromWeb(answer.body);
}

function start({ release: { version }, place }) {
  if (areLive([place])[0]) {
    if (releaseOf(place) === version) return;
    throw new Error(`release ${releaseOf(place)} runs in ${place}`);
  }
  const link = join(state, 'places', place, 'release');
  mkdirSync(join(state, 'places', place, 'data'), { recursive: true, mode: 0o700 });
  rmSync(`${link}.new`, { force: true });
  symlinkSync(join(releases, version), `${link}.new`);
  renameSync(`${link}.new`, link);
  systemctl('start', '--no-block', `hearth@${place}`);
}

/** systemd sends SIGTERM once: who asks again while the unit is stopping joins that. */
function stop({ place, how }) {
  if (how === 'kill') systemctl('kill', '--signal=SIGKILL', `hearth@${place}`);
  systemctl('stop', ...(how === 'kill' ? [] : ['--no-block']), `hearth@${place}`);
}

/** Units that are stopping live still. */
function areLive(places) {
  if (places.length === 0) return [];
  const units = places.map((place) => `hearth@${place}`);
  const states = systemctl('show', '--property=ActiveState', '--value', ...units);
  return states.split(/\n+/).map((state) => live.includes(state));
}

function releaseOf(place) {
  return basename(readlinkSync(join(state, 'places', place, 'release')));
}

function isPrepared(version) {
  return /^\d/.test(version) && existsSync(join(releases, version, 'bin', 'hearth'));
}

function systemctl(...words) {
  return execFileSync('systemctl', words, { encoding: 'utf8' }).trim();
}
