/** Owns `commands/*` but for projects: the mode, and what becomes of changes that wait. */

import { SettingsError } from '../config/fields';
import { isMode, MODES } from '../config/mode';
import { HttpError, type Route } from '../http-routes';
import { DONE, type RestContext } from './context';
import { requiredText } from './request-values';

export const commandRoutes = ({ store, mode, edition, waitForStorage }: RestContext): readonly Route[] => {
  const at = `${edition.commandsPrefix}/commands`;
  return [
    {
      method: 'POST',
      path: `${at}/start`,
      handle: async ({ query }) => {
        const asked = requiredText(query, 'mode');
        if (!isMode(asked)) throw new SettingsError(`mode must be ${MODES.join(' or ')}, not "${asked}"`);
        const result = await mode.start(asked);
        if (result === 'busy') throw new SettingsError('the mode is being changed already');
        if (result === 'cancelled') throw new SettingsError('the change of the mode was cancelled');
        return DONE;
      },
    },
    {
      method: 'POST',
      path: `${at}/apply-change`,
      handle: async () => {
        store.apply();
        await waitForStorage();
        return DONE;
      },
    },
    {
      method: 'POST',
      path: `${at}/reload`,
      handle: () => {
        store.reload();
        return DONE;
      },
    },
    {
      method: 'POST',
      path: `${at}/cancel`,
      handle: () => {
        mode.cancel();
        return DONE;
      },
    },
  ];
};

/** Only 2.4 has these; the manual itself marks custom commands as not available. */
export const customCommandRoutes = ({ edition }: RestContext): readonly Route[] => {
  const at = `${edition.commandsPrefix}/commands`;
  return [
    {
      method: 'GET',
      path: `${at}/info/list`,
      handle: () => ({ json: ['start', 'apply-change', 'reload', 'cancel', 'info/list', 'custom'] }),
    },
    {
      method: 'POST',
      path: `${at}/custom`,
      handle: ({ query }) => {
        throw new HttpError(404, `there is no command "${requiredText(query, 'cmd-id')}"`);
      },
    },
  ];
};
