/** Whether the server answers under the API version that a user entered; if not, under which one it does. */
import { SensrError, messageOf } from '../errors';
import { ApiVersion } from '../http/api-version';
import { RequestError } from '../http/request-error';
import { isPage } from './answer-text';
import type { Sender } from './versioned-requests';

/** One of them each edition has. */
const PATHS = [
  '/settings/parameters/common?config-key=publish_level_point_cloud',
  '/settings/zone',
  '/results/health',
  '/settings/algorithm/list?node-type=master&node-uri=common',
];

/**
 * @returns the version, entered or detected
 * @throws SensrError why there is none, or the one entered does not fit
 */
export async function checkVersion(
  session: Sender,
  version: Pick<ApiVersion, 'get' | 'current'>,
  signal?: AbortSignal,
  detect: () => Promise<string> = () => new ApiVersion(session, '').get(signal),
): Promise<string> {
  const entered = version.current;
  if (entered === undefined || entered === '') return version.get(signal);
  const results = await Promise.all(PATHS.map((path) => answers(session, `/${entered}${path}`, signal)));
  if (results.includes(true)) return entered;
  const blocked = results.find((result) => result instanceof RequestError);
  if (blocked) throw blocked;
  throw new SensrError(
    'SENSR_BAD_RESPONSE',
    `${session.url}: expected SENSR's REST API under version '${entered}', found ${await found(detect)}`,
  );
}

async function found(detect: () => Promise<string>): Promise<string> {
  try {
    const detected = await detect();
    return detected === '' ? 'one without a version in its paths' : `version '${detected}'`;
  } catch (error) {
    return `none: ${messageOf(error)}`;
  }
}

const PERMISSION: ReadonlySet<number> = new Set([401, 403, 407]);

/** @returns the error when it says nothing about the version */
async function answers(
  session: Sender,
  path: string,
  signal: AbortSignal | undefined,
): Promise<boolean | RequestError> {
  try {
    const request = { method: 'GET', path, timeout: 'probe', retry: false } as const;
    const { text } = await session.request(signal ? { ...request, signal } : request);
    return !isPage(text);
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    const { code, statusCode } = error;
    const isAnswer =
      code === 'SENSR_BAD_RESPONSE' ||
      (statusCode !== undefined && statusCode < 500 && !PERMISSION.has(statusCode));
    return isAnswer ? false : error;
  }
}
