import { Body, Controller, Inject, Req } from '@nestjs/common';
import {
  Login,
  type Me,
  RefreshToken,
  Register,
  RegisterDevice,
  RemoveDevice,
  type Session,
  UpdateMe,
} from '@vybekart/contract';
import type { FastifyRequest } from 'fastify';
import { type Caller, Endpoint, IdParam, SignedIn } from '../platform/endpoint.ts';
import { AccountsService, type Origin } from './accounts.service.ts';
import { SessionsService } from './sessions.service.ts';

@Controller()
export class AccountsController {
  constructor(
    @Inject(AccountsService) private readonly accounts: AccountsService,
    @Inject(SessionsService) private readonly sessions: SessionsService,
  ) {}

  @Endpoint('register')
  register(@Body({ schema: Register }) body: Register, @Req() request: FastifyRequest): Promise<Session> {
    return this.accounts.register(body, originOf(request));
  }

  @Endpoint('login')
  login(@Body({ schema: Login }) body: Login, @Req() request: FastifyRequest): Promise<Session> {
    return this.accounts.login(body, originOf(request));
  }

  @Endpoint('refresh')
  refresh(@Body({ schema: RefreshToken }) body: { refreshToken: string }): Promise<Session> {
    return this.sessions.refresh(body.refreshToken);
  }

  @Endpoint('logout')
  logout(@Body({ schema: RefreshToken }) body: { refreshToken: string }): Promise<void> {
    return this.sessions.logout(body.refreshToken);
  }

  @Endpoint('getMe')
  me(@SignedIn() caller: Caller): Promise<Me> {
    return this.accounts.me(caller);
  }

  @Endpoint('updateMe')
  updateMe(@SignedIn() caller: Caller, @Body({ schema: UpdateMe }) body: UpdateMe): Promise<Me> {
    return this.accounts.updateMe(caller, body);
  }

  @Endpoint('deleteMe')
  deleteMe(@SignedIn() caller: Caller): Promise<void> {
    return this.accounts.erase(caller);
  }

  @Endpoint('listSessions')
  async listSessions(@SignedIn() caller: Caller) {
    return { items: await this.sessions.list(caller) };
  }

  @Endpoint('revokeSession')
  revokeSession(@SignedIn() caller: Caller, @IdParam('id') id: string): Promise<void> {
    return this.sessions.revoke(caller, id);
  }

  @Endpoint('registerDevice')
  registerDevice(
    @SignedIn() caller: Caller,
    @Body({ schema: RegisterDevice }) body: RegisterDevice,
  ): Promise<void> {
    return this.accounts.registerDevice(caller, body);
  }

  @Endpoint('removeDevice')
  removeDevice(
    @SignedIn() caller: Caller,
    @Body({ schema: RemoveDevice }) body: { token: string },
  ): Promise<void> {
    return this.accounts.removeDevice(caller, body.token);
  }
}

function originOf(request: FastifyRequest): Origin {
  return { ip: request.ip, userAgent: request.headers['user-agent']?.slice(0, 300) ?? null };
}
