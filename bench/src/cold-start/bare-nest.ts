// The least that Nest on Fastify can be: one route, no feature, no database. node bare-nest.ts <port>
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';

class Nothing {}
Module({})(Nothing);

const adapter = new FastifyAdapter();
const app = await NestFactory.create(Nothing, adapter, { logger: false });
adapter.get('/health/ready', (_request: unknown, reply: { send(body: object): void }) =>
  reply.send({ status: 'up' }),
);
await app.listen(Number(process.argv[2]), '127.0.0.1');
console.log('up');
