// Tablets on lines of every kind. They wait most of their time, so they run in a process of their own beside the others.
import { after, before } from 'node:test';
import { close, open } from './lib.mjs';

before(open);
after(close);

await import('./kiosk-line.mjs');
await import('./kiosk-wake.mjs');
