/** Nodes whose functions run in Docker: all of them, or only those that are container images. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  CreateFunctionCommand,
  GetFunctionCommand,
  UpdateFunctionCodeCommand,
  waitUntilFunctionActiveV2,
} from '@aws-sdk/client-lambda';
import Docker from 'dockerode';
import { DockerTestDaemon, noDockerDaemon } from '../docker-daemon.js';
import { Cluster, eventually } from './cluster-harness.js';
import { call, deploy, nodeZip, role } from './functions.js';

/** What an image does that brings no runtime of Lambda's: it speaks the Runtime API itself. */
const loop = `
const api = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2018-06-01/runtime/invocation/';
(async () => {
  for (;;) {
    const next = await fetch(api + 'next');
    const id = next.headers.get('lambda-runtime-aws-request-id');
    const body = JSON.stringify({ image: await next.json(), uid: process.getuid() });
    await fetch(api + id + '/response', { method: 'POST', body });
  }
})();`;
const inside = `exports.handler = async (event) => {
  console.log('printed inside');
  return { event, inside: require('node:fs').existsSync('/.dockerenv') };
};`;

describe('nodes with Docker', { skip: noDockerDaemon() }, () => {
  const daemon = new DockerTestDaemon();
  const docker = new Docker({ socketPath: daemon.socketPath });
  const env = { DOCKER_HOST: `unix://${daemon.socketPath}` };
  const containers = () => docker.listContainers({ all: true });
  before(() => daemon.start());
  after(() => daemon.remove());

  test('run functions in containers, which end with their node however that ends', async (t) => {
    const up = ['--nodes', '1', '--no-examples', '--sandbox', 'docker'];
    const cluster = await Cluster.up(up, env);
    t.after(() => cluster.stop());
    assert.match(cluster.command.stderr, /^sandboxes: docker \(asked for\)$/m);
    const client = cluster.client();
    await deploy(client, 'zipped', inside);
    const { value, log } = await call(client, 'zipped', { a: 1 });
    assert.deepEqual(value, { event: { a: 1 }, inside: true });
    assert.match(log, /printed inside\n/);
    assert.match(log, /Max Memory Used: \d+ MB/);
    assert.equal((await containers()).length, 1);

    process.kill(cluster.nodePid(1), 'SIGKILL');
    await eventually(containers, (left) => left.length === 0);
  });

  test('run images in containers beside functions in namespaces, and leave nothing', async (t) => {
    const up = ['--nodes', '1', '--no-examples', '--sandbox', 'namespace'];
    const cluster = await Cluster.up(up, env);
    t.after(() => cluster.stop());
    const client = cluster.client();
    await deploy(client, 'zipped', inside);
    assert.deepEqual((await call(client, 'zipped', 1)).value, { event: 1, inside: false });
    assert.deepEqual(await containers(), []);

    const uri = (await docker.listImages())
      .flatMap(({ RepoTags }) => RepoTags ?? [])
      .find((tag) => tag.startsWith('hearth-runtime-node'));
    assert(uri !== undefined);
    const Code = { ImageUri: uri };
    const ImageConfig = { EntryPoint: ['node'], Command: ['-e', loop] };
    const named = { FunctionName: 'imaged' };
    await client.send(
      new CreateFunctionCommand({ ...named, Role: role, PackageType: 'Image', Code, ImageConfig }),
    );
    await waitUntilFunctionActiveV2({ client, maxWaitTime: 30 }, named);
    const { image: event, uid } = (await call(client, 'imaged', { b: 2 })).value as {
      image: unknown;
      uid: number;
    };
    assert.deepEqual(event, { b: 2 });
    assert(uid >= 1_900_000_000);
    assert.equal((await containers()).length, 1);
    const { Configuration } = await client.send(new GetFunctionCommand(named));
    assert.equal(Configuration?.PackageType, 'Image');
    await assert.rejects(
      client.send(new UpdateFunctionCodeCommand({ ...named, ZipFile: await nodeZip(inside) })),
      { name: 'InvalidParameterValueException' },
    );

    assert.equal((await cluster.stop()).code, 0);
    assert.deepEqual(await containers(), []);
  });
});
