import './theme/theme.css';
import { arrivalOf } from './client/arrival.ts';
import { askEarly } from './client/early-answers.ts';
import { isOffline } from './client/offline-mode.ts';
import { SCREENS } from './screens.ts';

/**
 * What the address asks for is on its way before the page itself has been read: first the code of its
 * screen, then what that screen shows, which takes the server longest.
 */
const { screen, path } = arrivalOf(location.hash);
// A part that cannot be loaded is told by the router, which asks for it again.
if (screen !== undefined) SCREENS[screen]().catch(() => undefined);
if (path !== undefined && !isOffline()) askEarly(path);
void import('./page.tsx');
