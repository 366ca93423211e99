import type { FastifyReply } from 'fastify';
import type { KeptAnswer } from './idempotent-requests.ts';

/** Sends an answer byte for byte as it is kept. */
export function sendKept(reply: FastifyReply, answer: KeptAnswer): void {
  if (answer.isReplayed) reply.header('idempotent-replayed', 'true');
  reply
    .status(answer.status)
    .type(answer.status < 400 ? 'application/json; charset=utf-8' : 'application/problem+json')
    .send(answer.body);
}
