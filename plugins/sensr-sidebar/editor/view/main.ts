/** The content of the tab: hands its maker to the plugin that has fetched this script. */
import { PLUGIN } from '../sidebar-plugin';
import { createView } from './create-view';

const plugin = RED.plugins.getPlugin(PLUGIN);
if (plugin) plugin.createView = createView;
