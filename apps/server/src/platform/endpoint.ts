import {
  applyDecorators,
  createParamDecorator,
  type ExecutionContext,
  HttpCode,
  Param,
  type PipeTransform,
  RequestMapping,
  RequestMethod,
  SetMetadata,
} from '@nestjs/common';
import { Handle, Id, type Route, type RouteName, routes } from '@vybekart/contract';
import type { FastifyRequest } from 'fastify';
import { AppError } from './app-error.ts';
import { idempotencyKey } from './request-headers.ts';

/** Who calls, as the access token and the database say. `shopId` is set on `seller` routes. */
export interface Caller {
  userId: string;
  sessionId: string;
  shopId: string | null;
}

export type AccessPolicy = Route['access'];
export interface CallerRequest extends FastifyRequest {
  caller?: Caller;
}

export const accessMetadata = 'vybekart:access';

/** A route of the contract: its method, path, success status and access policy come from the contract's table. */
export function Endpoint(name: RouteName): MethodDecorator {
  const route: Route = routes[name];
  return applyDecorators(
    RequestMapping({ path: route.path, method: RequestMethod[route.method] }),
    HttpCode(route.status),
    SetMetadata(accessMetadata, route.access),
  );
}

/** Access policy of the few routes that are not in the contract's table (webhooks, health, uploads). */
export const Access = (policy: AccessPolicy) => SetMetadata(accessMetadata, policy);

/** The caller of a `user` or `seller` route. */
export const SignedIn = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<CallerRequest>();
  if (!caller) throw new AppError('unauthorized');
  return caller;
});

/** The caller of a `public` route, null for a guest. */
export const MaybeSignedIn = createParamDecorator((_: unknown, context: ExecutionContext): Caller | null => {
  return context.switchToHttp().getRequest<CallerRequest>().caller ?? null;
});

/** The caller of a `seller` route with the shop. */
export const Seller = createParamDecorator(
  (_: unknown, context: ExecutionContext): Caller & { shopId: string } => {
    const { caller } = context.switchToHttp().getRequest<CallerRequest>();
    if (!caller?.shopId) throw new AppError('not_a_seller');
    return { ...caller, shopId: caller.shopId };
  },
);

/** The Idempotency-Key header: a bare or a quoted string of 8..255 visible ASCII characters (protocol, common rules). */
export const IdempotencyKey = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  const key = keyOf(context);
  if (key === null) throw new AppError('idempotency_key_missing');
  return key;
});

/** The same where it may be left out: null then. */
export const MaybeIdempotencyKey = createParamDecorator((_: unknown, context: ExecutionContext) =>
  keyOf(context),
);

function keyOf(context: ExecutionContext): string | null {
  const header = context.switchToHttp().getRequest<FastifyRequest>().headers['idempotency-key'];
  if (header === undefined) return null;
  const key = idempotencyKey(String(header));
  if (key === null) {
    throw new AppError('validation_failed', {
      fields: [
        { path: 'Idempotency-Key', code: 'format', detail: 'must be 8 to 255 visible ASCII characters' },
      ],
    });
  }
  return key;
}

const orNotFound = (schema: typeof Id | typeof Handle): PipeTransform<unknown, string> => ({
  transform(value) {
    const parsed = schema.safeParse(value);
    if (!parsed.success) throw new AppError('not_found');
    return parsed.data;
  },
});

/** An id in the path. What is no id names nothing: 404, as for an unknown one. */
export const IdParam = (name: string) => Param(name, orNotFound(Id));

/** A shop's handle in the path, lower case; anything else is 404, too. */
export const HandleParam = () => Param('handle', orNotFound(Handle));
