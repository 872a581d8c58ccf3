// One of the streams of `npm run chaos`: a process of its own, which asks the one that started it for trials.
import { register } from 'node:module';

register('./typescript.mjs', import.meta.url);
const { runStream } = await import('../test/chaos/stream-process.ts');
await runStream();
