// Loaded before a program that `run.mjs` starts. Should `run.mjs` be killed, the channel between them closes.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref();
