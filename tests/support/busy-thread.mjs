// Keeps the main thread busy until a file is there, as a slow step does, with an answer to signals.
import { existsSync } from 'node:fs';
import { answerSignals } from '../../dist/torch/index.js';

const [, , end] = process.argv;
process.on('SIGTERM', () => process.stderr.write('heard\n'));
answerSignals('answered\n');
process.stderr.write('ready\n');
while (!existsSync(end));
// Turns of the event loop, in which Node hears of the signal.
setImmediate(() => setImmediate(() => process.stderr.write('done\n')));
