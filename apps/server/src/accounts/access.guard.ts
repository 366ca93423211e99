import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AppError } from '../platform/app-error.ts';
import { type AccessPolicy, accessMetadata, type CallerRequest } from '../platform/endpoint.ts';
import { bearerToken } from '../platform/request-headers.ts';
import { AccessTokens } from './access-tokens.ts';

/** Every route is for signed-in users unless it says otherwise. Sockets authenticate in their handshake. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(AccessTokens) private readonly tokens: AccessTokens,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const policy: AccessPolicy =
      this.reflector.getAllAndOverride(accessMetadata, [context.getHandler(), context.getClass()]) ?? 'user';
    const request = context.switchToHttp().getRequest<CallerRequest>();
    const header = request.headers.authorization;
    if (header === undefined) {
      if (policy === 'public') return true;
      throw new AppError('unauthorized');
    }
    const token = bearerToken(header);
    if (!token) throw new AppError('unauthorized');
    request.caller = await this.tokens.verify(token);
    if (policy === 'seller' && !request.caller.shopId) throw new AppError('not_a_seller');
    return true;
  }
}
