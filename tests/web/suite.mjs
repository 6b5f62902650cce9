// The browser tests in one process: they share one demonstration and one browser. `tablets.mjs` has the rest.
import { after, before } from 'node:test';
import { close, open } from './lib.mjs';

before(open);
after(close);

await import('./citizen.mjs');
await import('./comments.mjs');
await import('./desk.mjs');
await import('./kiosk.mjs');
await import('./manage.mjs');
await import('./pages.mjs');
await import('./paper.mjs');
await import('./people.mjs');
await import('./portal.mjs');
await import('./print.mjs');
await import('./publish.mjs');
await import('./sso.mjs');
await import('./story.mjs');
await import('./webhooks.mjs');
