import { z } from 'zod';
import { Id, Timestamp, text } from './common.ts';
import { Language } from './languages.ts';

/** RFC 5321 limit of 254; stored and compared in lower case. */
export const Email = z.string().trim().toLowerCase().pipe(z.email().max(254));
/** 8 to 256 characters, no composition rules (NIST SP 800-63B 5.1.1, ASVS 5.0 6.2). */
export const Password = z.string().min(8).max(256);
export const Handle = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9](?:[a-z0-9-]{1,28}[a-z0-9])$/, 'use 3 to 30 letters, digits and dashes');
export const DisplayName = text({ min: 1, max: 50 });
export const ShopName = text({ min: 2, max: 60 });

export const CreateShop = z.strictObject({ name: ShopName, handle: Handle }).meta({ id: 'CreateShop' });
export type CreateShop = z.infer<typeof CreateShop>;

export const Register = z
  .strictObject({
    email: Email,
    password: Password,
    displayName: DisplayName,
    shop: CreateShop.optional(),
  })
  .meta({ id: 'Register' });
export type Register = z.infer<typeof Register>;

export const Login = z
  .strictObject({ email: z.string().trim().toLowerCase().max(254), password: z.string().min(1).max(256) })
  .meta({ id: 'Login' });
export type Login = z.infer<typeof Login>;

export const RefreshToken = z.strictObject({ refreshToken: z.string().min(1).max(200) });

export const Shop = z
  .object({
    id: Id,
    handle: z.string(),
    name: z.string(),
    avatarUrl: z.string().nullable(),
    followerCount: z.int(),
  })
  .meta({ id: 'Shop' });
export type Shop = z.infer<typeof Shop>;

/** What anybody may see of a shop, and whether the caller follows it (false for guests). */
export const ShopView = Shop.extend({
  isFollowing: z.boolean(),
  liveStreamId: Id.nullable(),
  /** Whether an order may be paid at the door. */
  cashOnDelivery: z.boolean(),
}).meta({ id: 'ShopView' });
export type ShopView = z.infer<typeof ShopView>;

/** `avatarId: null` takes the picture away. */
export const UpdateShop = z.strictObject({
  name: ShopName.optional(),
  avatarId: Id.nullable().optional(),
  cashOnDelivery: z.boolean().optional(),
});
export type UpdateShop = z.infer<typeof UpdateShop>;

export const Me = z
  .object({
    id: Id,
    email: z.string(),
    displayName: z.string(),
    shop: Shop.nullable(),
    createdAt: Timestamp,
  })
  .meta({ id: 'Me' });
export type Me = z.infer<typeof Me>;

export const UpdateMe = z.strictObject({ displayName: DisplayName.optional() });
export type UpdateMe = z.infer<typeof UpdateMe>;

export const Session = z
  .object({
    user: Me,
    accessToken: z.string(),
    accessTokenExpiresAt: Timestamp,
    refreshToken: z.string(),
  })
  .meta({ id: 'Session' });
export type Session = z.infer<typeof Session>;

export const SessionInfo = z
  .object({
    id: Id,
    createdAt: Timestamp,
    lastUsedAt: Timestamp,
    userAgent: z.string().nullable(),
    isCurrent: z.boolean(),
  })
  .meta({ id: 'SessionInfo' });
export type SessionInfo = z.infer<typeof SessionInfo>;

/** FCM registration tokens are opaque; 4 kB is far above what is seen in the field. */
export const DeviceToken = z.string().min(8).max(4096);
/** `language`: of what is pushed to the device; English when it says none. */
export const RegisterDevice = z.strictObject({
  platform: z.enum(['android', 'web']),
  token: DeviceToken,
  language: Language.optional(),
});
export type RegisterDevice = z.infer<typeof RegisterDevice>;
export const RemoveDevice = z.strictObject({ token: DeviceToken });

export const Upload = z
  .object({ id: Id, url: z.string(), width: z.int(), height: z.int() })
  .meta({ id: 'Upload' });
export type Upload = z.infer<typeof Upload>;
