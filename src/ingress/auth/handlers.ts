/** Who answers what is asked of access keys. Nobody gives more rights than he has. */
import type { Answers } from '../form/answers.js';
import { emptyReply, jsonReply, type Reply } from '../http/http.js';
import type { Handlers } from '../operation.js';
import type { AccessKey, KeySettings } from './access-key.js';
import type { AccessKeys } from './access-keys.js';
import { AccessDenied, type Caller, type Grants, grantsCover } from './caller.js';
import type { KeyAction, KeyInput } from './operations.js';

export function keyHandlers(keys: AccessKeys, answers: Answers) {
  const told = (key: AccessKey): Record<string, unknown> => toldKey(key, keys.usedMs(key.id));
  const create = async (input: KeyInput, caller: Caller): Promise<Reply> => {
    const settings = withInput(defaults, input);
    checkGives(caller, 'hearth:CreateKey', settings);
    const key = await keys.create(settings);
    return jsonReply(201, { ...told(key), secret: key.secret }, { 'cache-control': 'no-store' });
  };
  const update = async (id: string, input: KeyInput, caller: Caller): Promise<Reply> => {
    const key = await keys.update(id, (before) => {
      const settings = withInput(before, input);
      checkGives(caller, 'hearth:UpdateKey', settings);
      return settings;
    });
    return jsonReply(200, told(key));
  };
  return {
    'create-key': ({ input }, { caller }) => answers.written(create(input, caller)),
    'list-keys': () => answers.read(async () => jsonReply(200, { keys: keys.list().map(told) })),
    'update-key': ({ id, input }, { caller }) => answers.written(update(id, input, caller)),
    'delete-key': ({ id }) => answers.written(keys.delete(id).then(() => emptyReply(204))),
  } satisfies Partial<Handlers> & Pick<Handlers, KeyAction['kind']>;
}

const defaults: KeySettings = {
  description: '',
  enabled: true,
  actions: [],
  functions: ['*'],
  rateLimit: null,
};

function withInput(before: KeySettings, input: KeyInput): KeySettings {
  const { rateLimit = before.rateLimit } = input;
  return {
    description: input.description ?? before.description,
    enabled: input.enabled ?? before.enabled,
    actions: input.actions ?? before.actions,
    functions: input.functions ?? before.functions,
    rateLimit,
  };
}

/** Throws `access-denied` where a key would allow what the caller itself may not. */
function checkGives(caller: Caller, permission: string, grants: Grants): void {
  if (caller.kind === 'open') return;
  if (caller.kind === 'key' && grantsCover(caller.grants, grants)) return;
  throw new AccessDenied(caller, permission);
}

/** Everything but the secret. */
function toldKey(key: AccessKey, usedMs: number | null): Record<string, unknown> {
  const { id, description, enabled, actions, functions, rateLimit, createdAt } = key;
  const lastUsedHere = usedMs === null ? null : new Date(usedMs).toISOString();
  return { id, description, enabled, actions, functions, rateLimit, createdAt, lastUsedHere };
}
