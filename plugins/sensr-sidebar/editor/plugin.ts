/** Adds the tab; its content is fetched when it is first seen, and asks only while it is seen. */
import { ROUTES } from '../protocol';
import { PLUGIN, type SidebarPlugin, type Text, type View } from './sidebar-plugin';

const ACTION = 'sensr:show-sidebar';
const HTTP_UNAUTHORIZED = 401;
const HTTP_FORBIDDEN = 403;

RED.plugins.registerPlugin(PLUGIN, {
  type: 'sensr-sidebar',
  onadd() {
    const text: Text = (key, values) => this._?.(`sensr-sidebar.${key}`, values) ?? key;
    const content = document.createElement('div');
    content.className = 'sensr-sidebar';
    RED.actions.add(ACTION, () => {
      RED.sidebar.show(PLUGIN);
    });
    RED.sidebar.addTab({
      id: PLUGIN,
      label: text('tab.label'),
      name: text('tab.name'),
      iconClass: 'fa fa-crosshairs',
      content,
      enableOnEdit: true,
      action: ACTION,
    });
    followVisibility(content, this, text);
  },
});

/** However the tab is hidden: by another tab, a folded sidebar, another browser tab. Where it is, differs between versions. */
function followVisibility(content: HTMLElement, plugin: SidebarPlugin, text: Text): void {
  let isInView = false;
  let loading: Promise<View | undefined> | undefined;
  const isSeen = (): boolean => isInView && document.visibilityState === 'visible';
  const follow = async (): Promise<void> => {
    if (isSeen()) loading ??= load(content, plugin, text);
    const view = await loading;
    if (!view) {
      // The next time that it is seen is another attempt.
      loading = undefined;
      return;
    }
    if (isSeen()) view.show();
    else view.hide();
  };
  new IntersectionObserver((entries) => {
    isInView = entries.at(-1)?.isIntersecting ?? false;
    void follow();
  }).observe(content);
  document.addEventListener('visibilitychange', () => void follow());
}

async function load(content: HTMLElement, plugin: SidebarPlugin, text: Text): Promise<View | undefined> {
  content.textContent = text('loading');
  try {
    // Not as a script of the page: that would come without the token of who is signed in.
    const script = await $.ajax({ url: ROUTES.view, dataType: 'text' });
    $.globalEval(String(script));
  } catch (failure) {
    const { status } = failure as JQuery.jqXHR;
    const isRefused = status === HTTP_UNAUTHORIZED || status === HTTP_FORBIDDEN;
    content.textContent = text(isRefused ? 'refused.read' : 'noAnswer');
    return undefined;
  }
  content.textContent = '';
  const view = plugin.createView?.(content, text);
  if (view) plugin.view = view;
  return view;
}
