import type { FastifyReply } from 'fastify';
import { jsonType, problemType } from '../platform/problem-filter.ts';
import type { KeptAnswer } from './idempotent-requests.ts';

export const keptHeaders = ({ status, isReplayed }: KeptAnswer): Record<string, string> => ({
  'content-type': status < 400 ? jsonType : problemType,
  ...(isReplayed ? { 'idempotent-replayed': 'true' } : {}),
});

/** Sends an answer byte for byte as it is kept. */
export function sendKept(reply: FastifyReply, answer: KeptAnswer): void {
  reply.status(answer.status).headers(keptHeaders(answer)).send(answer.body);
}
