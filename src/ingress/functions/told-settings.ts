/**
 * Settings of a function that AWS's tools send and read back: logging, tracing, the dead-letter target, and networks,
 * which Hearth has none of. Texts as recorded on live AWS where it has the rule.
 */
import {
  type FunctionRecord,
  type LoggingSettings,
  mergedLogging,
  plainLogging,
} from '../../catalog/index.js';
import { HearthError } from '../../types/index.js';
import { type Constraints, memberPattern } from '../form/constraints.js';
import { checkDestination, isDestination } from '../form/destination.js';
import { given } from '../form/shape.js';
import type { CreateBody, SettingsBody } from './function-shapes.js';

type Body = SettingsBody | CreateBody;
type ToldSettings = Pick<FunctionRecord, 'tracing' | 'deadLetterTarget'>;

const logGroupPattern = memberPattern('[\\.\\-_/#A-Za-z0-9]+');
const groupsSet = [
  'Member must have length less than or equal to 1024',
  'Member must have length greater than or equal to 0',
  'Member must satisfy regular expression pattern: sg-[0-9a-zA-Z]*',
].join(', ');

/** Notes what is wrong with their form. */
export function checkTold(constraints: Constraints, body: Body): void {
  const { LoggingConfig, TracingConfig, DeadLetterConfig, VpcConfig } = body;
  constraints.oneOf(TracingConfig?.Mode ?? undefined, 'tracingConfig.mode', [
    'Active',
    'PassThrough',
  ]);
  checkLogging(constraints, LoggingConfig);
  const target = DeadLetterConfig?.TargetArn ?? undefined;
  checkDestination(constraints, target, 'deadLetterConfig.targetArn');
  const groups = VpcConfig?.SecurityGroupIds ?? [];
  if (groups.every((group) => /^sg-[0-9a-zA-Z]*$/.test(group) && group.length <= 1024)) return;
  const shown = `'[${groups.join(', ').slice(0, 256)}]'`;
  const constraint = `Member must satisfy constraint: [${groupsSet}]`;
  constraints.fail(shown, 'vpcConfig.securityGroupIds', constraint);
}

/** Throws `invalid-parameter` for what is not there: there are no networks, and no such targets. */
export function toldSettings(body: Body): Partial<ToldSettings> {
  const { VpcConfig, TracingConfig, DeadLetterConfig } = body;
  const [group] = VpcConfig?.SecurityGroupIds ?? [];
  if (group !== undefined) {
    throw new HearthError(
      'invalid-parameter',
      'Error occurred while DescribeSecurityGroups. EC2 Error Code: InvalidGroup.NotFound. ' +
        `EC2 Error Message: The security group '${group}' does not exist`,
    );
  }
  const [subnet] = VpcConfig?.SubnetIds ?? [];
  if (subnet !== undefined) {
    throw new HearthError(
      'invalid-parameter',
      'Error occurred while DescribeSubnets. EC2 Error Code: InvalidSubnetID.NotFound. ' +
        `EC2 Error Message: The subnet ID '${subnet}' does not exist`,
    );
  }
  const deadLetterTarget =
    DeadLetterConfig == null ? undefined : (DeadLetterConfig.TargetArn ?? '');
  if (deadLetterTarget && !isDestination(deadLetterTarget)) {
    throw new HearthError(
      'invalid-parameter',
      `The TargetArn ${deadLetterTarget} of DeadLetterConfig is neither a function, a queue, a topic, a stream nor a webhook; correct it.`,
    );
  }
  return {
    ...(given({ tracing: TracingConfig?.Mode }) as Partial<Pick<ToldSettings, 'tracing'>>),
    ...given({ deadLetterTarget }),
  };
}

/** What is changed of the logging; the rest stays. */
export function loggingChanges({ LoggingConfig }: Body): Partial<LoggingSettings> {
  const changes = given({
    format: LoggingConfig?.LogFormat,
    applicationLevel: LoggingConfig?.ApplicationLogLevel,
    systemLevel: LoggingConfig?.SystemLogLevel,
    group: LoggingConfig?.LogGroup,
  });
  return changes as Partial<LoggingSettings>;
}

export function newLogging(body: Body): LoggingSettings | null {
  return mergedLogging(null, loggingChanges(body));
}

/** The members of FunctionConfiguration that tell of them. */
export function toldMembers(record: FunctionRecord): Record<string, unknown> {
  const { tracing, deadLetterTarget } = record;
  const logging = record.logging ?? plainLogging;
  const levels = {
    ApplicationLogLevel: logging.applicationLevel || 'INFO',
    SystemLogLevel: logging.systemLevel || 'INFO',
  };
  return {
    TracingConfig: { Mode: tracing },
    LoggingConfig: {
      LogFormat: logging.format,
      ...(logging.format === 'JSON' ? levels : {}),
      LogGroup: logging.group || `/aws/lambda/${record.name}`,
    },
    ...(deadLetterTarget === '' ? {} : { DeadLetterConfig: { TargetArn: deadLetterTarget } }),
  };
}

function checkLogging(constraints: Constraints, config: Body['LoggingConfig']): void {
  const { LogFormat, ApplicationLogLevel, SystemLogLevel, LogGroup } = config ?? {};
  const at = 'loggingConfig';
  constraints.oneOf(LogFormat ?? undefined, `${at}.logFormat`, ['JSON', 'Text']);
  const levels = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
  constraints.oneOf(ApplicationLogLevel ?? undefined, `${at}.applicationLogLevel`, levels);
  const systemLevels = ['DEBUG', 'INFO', 'WARN'];
  constraints.oneOf(SystemLogLevel ?? undefined, `${at}.systemLogLevel`, systemLevels);
  constraints.length(LogGroup ?? undefined, `${at}.logGroup`, 1, 512);
  constraints.pattern(LogGroup ?? undefined, `${at}.logGroup`, logGroupPattern);
}
