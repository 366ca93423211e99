import type {} from '@fastify/multipart';
import { Controller, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { type Upload, uploadRoute } from '@vybekart/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../platform/app-error.ts';
import { Access, type Caller, SignedIn } from '../platform/endpoint.ts';
import { UploadsService } from './uploads.service.ts';

@Controller()
export class UploadsController {
  constructor(@Inject(UploadsService) private readonly uploads: UploadsService) {}

  @Post(uploadRoute.path)
  @Access('user')
  async upload(@SignedIn() caller: Caller, @Req() request: FastifyRequest): Promise<Upload> {
    if (!request.isMultipart()) throw new AppError('unsupported_media_type');
    return this.uploads.save(caller.userId, await readPicture(request));
  }

  /** A name stands for one picture for ever. */
  @Get(`${uploadRoute.path}/:name`)
  @Access('public')
  async picture(@Param('name') name: string, @Res() reply: FastifyReply): Promise<void> {
    const content = await this.uploads.picture(name);
    reply.header('cache-control', 'public, max-age=31536000, immutable').type('image/webp').send(content);
  }
}

async function readPicture(request: FastifyRequest): Promise<Buffer> {
  try {
    const part = await request.file();
    if (part?.fieldname === uploadRoute.field) return await part.toBuffer();
  } catch (error) {
    // Too large carries its status; what the multipart parser cannot read is an error without one.
    if (error instanceof Error && 'statusCode' in error) throw error;
  }
  throw new AppError('validation_failed', {
    fields: [{ path: uploadRoute.field, code: 'missing', detail: 'send the picture in this field' }],
  });
}
