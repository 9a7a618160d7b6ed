/** Owns `commands/project`: answers are sentences where others would send JSON. */

import { SettingsError } from '../config/fields';
import { PROJECTS_FOLDER } from '../config/project-store';
import { HttpError, type Route } from '../http-routes';
import type { RestContext } from './context';
import { requiredText } from './request-values';

const folderOf = (query: URLSearchParams): string => {
  const path = query.get('path') ?? '';
  if (path === '') return PROJECTS_FOLDER;
  if (!path.startsWith('/')) throw new SettingsError(`path must be absolute, not "${path}"`);
  return path.length > 1 ? path.replace(/\/+$/, '') : path;
};

export const projectRoutes = ({ store, edition, waitForStorage }: RestContext): readonly Route[] => {
  const at = `${edition.commandsPrefix}/commands/project`;
  return [
    {
      method: 'GET',
      path: `${at}/list`,
      handle: ({ query }) => {
        const folder = folderOf(query);
        const names = store.names(folder);
        return names.length > 0 ? { json: names } : { text: `No projects found under "${folder}".` };
      },
    },
    { method: 'GET', path: at, handle: () => ({ json: { project_name: store.projectName } }) },
    {
      method: 'PUT',
      path: at,
      handle: async ({ query }) => {
        const name = requiredText(query, 'name');
        store.create(name, folderOf(query));
        await waitForStorage();
        return { text: `Successfully created project "${name}".` };
      },
    },
    {
      method: 'POST',
      path: at,
      handle: async ({ query }) => {
        const name = requiredText(query, 'name');
        if (!store.open(name, folderOf(query))) throw new HttpError(400, `Failed to open "${name}".`);
        await waitForStorage();
        return { text: `Successfully opened "${name}".` };
      },
    },
  ];
};
