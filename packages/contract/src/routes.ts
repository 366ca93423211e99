import { z } from 'zod';
import {
  CreateShop,
  Login,
  Me,
  RefreshToken,
  Register,
  RegisterDevice,
  RemoveDevice,
  Session,
  SessionInfo,
  ShopView,
  UpdateMe,
  UpdateShop,
  Upload,
} from './auth.ts';
import {
  CreateProduct,
  Product,
  ProductQuery,
  StockAdjustment,
  StockMovement,
  UpdateProduct,
  Variant,
} from './catalog.ts';
import { PageQuery, page, Timestamp } from './common.ts';
import {
  BlockedWordList,
  ChatterQuery,
  Chatters,
  ModerationEntry,
  Moderators,
  Mute,
  ReviewDecision,
} from './moderation.ts';
import { Notification } from './notifications.ts';
import {
  AskForRefund,
  CashToConfirm,
  ConfirmCash,
  DashboardQuery,
  DeclineRefund,
  Fulfil,
  Order,
  PaymentToConfirm,
  PlacedCashOrder,
  PlacedOrder,
  PlaceOrder,
  ReceiptQuery,
  RefundOrder,
  SellerDashboard,
  SellerOrder,
  SellerOrderQuery,
  SellerOrdersExportQuery,
  TakeBack,
} from './orders.ts';
import {
  acknowledgements,
  MissedEvents,
  PinByRest,
  ReviewItem,
  RoomSnapshot,
  SendMessageByRest,
  SentMessage,
  UnpinByRest,
} from './room.ts';
import {
  ActiveStreams,
  CreateStream,
  EventsQuery,
  IngestTicket,
  Invitation,
  Replay,
  ReplayQuery,
  RoomQuery,
  Stream,
  StreamHealth,
  StreamWithIngest,
} from './streams.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
type Shape = z.ZodType | undefined;

export interface Route<
  Body extends Shape = Shape,
  Query extends Shape = Shape,
  Answer extends Shape = Shape,
> {
  method: Method;
  /** With `:name` parameters, exactly as the protocol writes it. */
  path: string;
  /** `public`: guests too; `user`: signed in; `seller`: signed in and has a shop. */
  access: 'public' | 'user' | 'seller';
  status: number;
  body: Body;
  query: Query;
  answer: Answer;
  /** The media type of the answer; anything but JSON is answered as text. */
  produces: 'application/json' | 'text/csv' | 'text/html';
  /** The request needs an Idempotency-Key header. */
  idempotent: boolean;
}

function route<
  Body extends Shape = undefined,
  Query extends Shape = undefined,
  Answer extends Shape = undefined,
>(
  access: Route['access'],
  line: `${Method} /${string}`,
  shapes: {
    status?: number;
    body?: Body;
    query?: Query;
    answer?: Answer;
    produces?: Route['produces'];
    idempotent?: boolean;
  } = {},
): Route<Body, Query, Answer> {
  const [method, path] = line.split(' ') as [Method, string];
  return {
    method,
    path,
    access,
    status: shapes.status ?? (shapes.answer ? 200 : 204),
    body: shapes.body as Body,
    query: shapes.query as Query,
    answer: shapes.answer as Answer,
    produces: shapes.produces ?? 'application/json',
    idempotent: shapes.idempotent ?? false,
  };
}

/** Every REST route with JSON in, and JSON out unless it says otherwise: server, client and OpenAPI follow this table. */
export const routes = {
  register: route('public', 'POST /auth/register', { status: 201, body: Register, answer: Session }),
  login: route('public', 'POST /auth/login', { body: Login, answer: Session }),
  refresh: route('public', 'POST /auth/refresh', { body: RefreshToken, answer: Session }),
  logout: route('public', 'POST /auth/logout', { body: RefreshToken }),
  getMe: route('user', 'GET /me', { answer: Me }),
  updateMe: route('user', 'PATCH /me', { body: UpdateMe, answer: Me }),
  deleteMe: route('user', 'DELETE /me'),
  listSessions: route('user', 'GET /me/sessions', { answer: z.object({ items: z.array(SessionInfo) }) }),
  revokeSession: route('user', 'DELETE /me/sessions/:id'),
  registerDevice: route('user', 'POST /me/devices', { body: RegisterDevice }),
  removeDevice: route('user', 'DELETE /me/devices', { body: RemoveDevice }),
  listNotifications: route('user', 'GET /me/notifications', { query: PageQuery, answer: page(Notification) }),
  readNotifications: route('user', 'POST /me/notifications/read'),
  createShop: route('user', 'POST /shops', { status: 201, body: CreateShop, answer: ShopView }),
  getShop: route('public', 'GET /shops/:handle', { answer: ShopView }),
  updateShop: route('seller', 'PATCH /shops/:handle', { body: UpdateShop, answer: ShopView }),
  follow: route('user', 'PUT /shops/:handle/follow'),
  unfollow: route('user', 'DELETE /shops/:handle/follow'),
  listModerators: route('seller', 'GET /shops/:handle/moderators', { answer: Moderators }),
  appointModerator: route('seller', 'PUT /shops/:handle/moderators/:userId'),
  removeModerator: route('seller', 'DELETE /shops/:handle/moderators/:userId'),
  findChatters: route('seller', 'GET /shops/:handle/chatters', { query: ChatterQuery, answer: Chatters }),
  listMutes: route('user', 'GET /shops/:handle/mutes', { query: PageQuery, answer: page(Mute) }),
  getBlockedWords: route('seller', 'GET /shops/:handle/blocked-words', { answer: BlockedWordList }),
  setBlockedWords: route('seller', 'PUT /shops/:handle/blocked-words', {
    body: BlockedWordList,
    answer: BlockedWordList,
  }),
  moderationLog: route('seller', 'GET /shops/:handle/moderation-log', {
    query: PageQuery,
    answer: page(ModerationEntry),
  }),

  createStream: route('seller', 'POST /streams', {
    status: 201,
    body: CreateStream,
    answer: StreamWithIngest,
  }),
  activeStreams: route('public', 'GET /streams/active', { query: PageQuery, answer: ActiveStreams }),
  upcomingStreams: route('public', 'GET /streams/upcoming', { query: PageQuery, answer: page(Stream) }),
  replays: route('public', 'GET /streams/replays', { query: ReplayQuery, answer: page(Stream) }),
  myStreams: route('seller', 'GET /seller/streams', { query: PageQuery, answer: page(Stream) }),
  getStream: route('public', 'GET /streams/:id', { answer: Stream }),
  endStream: route('seller', 'POST /streams/:id/end', { answer: Stream }),
  rotateStreamKey: route('seller', 'POST /streams/:id/key/rotate', { answer: StreamWithIngest }),
  createIngestTicket: route('seller', 'POST /streams/:id/ingest-tickets', {
    status: 201,
    answer: IngestTicket,
  }),
  getInvitation: route('seller', 'GET /streams/:id/invitation', { answer: Invitation }),
  acceptInvitation: route('user', 'POST /streams/:id/guests', { body: Invitation, answer: Stream }),
  streamHealth: route('seller', 'GET /streams/:id/health', { answer: StreamHealth }),
  getReplay: route('public', 'GET /streams/:id/replay', { answer: Replay }),
  deleteReplay: route('seller', 'DELETE /streams/:id/replay'),
  getRoom: route('public', 'GET /streams/:id/room', { query: RoomQuery, answer: RoomSnapshot }),
  getRoomEvents: route('public', 'GET /streams/:id/events', { query: EventsQuery, answer: MissedEvents }),
  sendMessage: route('user', 'POST /streams/:id/messages', {
    status: 201,
    body: SendMessageByRest,
    answer: SentMessage,
  }),
  reviewQueue: route('user', 'GET /streams/:id/review', { query: PageQuery, answer: page(ReviewItem) }),
  reviewMessage: route('user', 'POST /streams/:id/review/:messageId', {
    body: ReviewDecision,
    answer: acknowledgements.send_message,
  }),
  pinProduct: route('user', 'POST /streams/:id/pins', {
    status: 201,
    body: PinByRest,
    answer: acknowledgements.pin_product,
  }),
  unpinProduct: route('user', 'DELETE /streams/:id/pins', {
    status: 200,
    body: UnpinByRest,
    answer: acknowledgements.unpin_product,
  }),
  lineup: route('public', 'GET /streams/:id/lineup', { answer: z.object({ items: z.array(Product) }) }),

  createProduct: route('seller', 'POST /products', { status: 201, body: CreateProduct, answer: Product }),
  listProducts: route('public', 'GET /products', { query: ProductQuery, answer: page(Product) }),
  getProduct: route('public', 'GET /products/:id', { answer: Product }),
  updateProduct: route('seller', 'PATCH /products/:id', { body: UpdateProduct, answer: Product }),
  deleteProduct: route('seller', 'DELETE /products/:id'),
  adjustStock: route('seller', 'POST /variants/:id/stock-adjustments', {
    status: 201,
    body: StockAdjustment,
    answer: Variant,
  }),
  stockMovements: route('seller', 'GET /variants/:id/stock-movements', {
    query: PageQuery,
    answer: page(StockMovement),
  }),

  placeOrder: route('user', 'POST /orders', {
    status: 201,
    body: PlaceOrder,
    answer: z.union([PlacedOrder, PlacedCashOrder]),
    idempotent: true,
  }),
  confirmCash: route('user', 'POST /orders/:id/cash-confirmation', { body: ConfirmCash, answer: Order }),
  resendCashCode: route('user', 'POST /orders/:id/cash-confirmation/codes', { answer: CashToConfirm }),
  listOrders: route('user', 'GET /orders', { query: PageQuery, answer: page(Order) }),
  getOrder: route('user', 'GET /orders/:id', { answer: Order }),
  paymentToConfirm: route('user', 'GET /orders/:id/payment', { answer: PaymentToConfirm }),
  cancelOrder: route('user', 'POST /orders/:id/cancel', { answer: Order, idempotent: true }),
  orderReceipt: route('user', 'GET /orders/:id/receipt', {
    query: ReceiptQuery,
    answer: z.string(),
    produces: 'text/html',
  }),
  askForRefund: route('user', 'POST /orders/:id/refund-requests', {
    body: AskForRefund,
    answer: Order,
    idempotent: true,
  }),
  approveRefund: route('seller', 'POST /seller/refund-requests/:id/approval', {
    body: RefundOrder,
    answer: SellerOrder,
    idempotent: true,
  }),
  declineRefund: route('seller', 'POST /seller/refund-requests/:id/refusal', {
    body: DeclineRefund,
    answer: SellerOrder,
    idempotent: true,
  }),
  sellerOrders: route('seller', 'GET /seller/orders', { query: SellerOrderQuery, answer: page(SellerOrder) }),
  exportSellerOrders: route('seller', 'GET /seller/orders.csv', {
    query: SellerOrdersExportQuery,
    answer: z.string(),
    produces: 'text/csv',
  }),
  fulfilOrder: route('seller', 'POST /seller/orders/:id/fulfilments', { body: Fulfil, answer: SellerOrder }),
  deliverOrder: route('seller', 'POST /seller/orders/:id/deliveries', { answer: SellerOrder }),
  takeBackOrder: route('seller', 'POST /seller/orders/:id/returns', { body: TakeBack, answer: SellerOrder }),
  cancelSale: route('seller', 'POST /seller/orders/:id/cancel', { answer: SellerOrder, idempotent: true }),
  refundOrder: route('seller', 'POST /seller/orders/:id/refunds', {
    body: RefundOrder,
    answer: SellerOrder,
    idempotent: true,
  }),
  sellerDashboard: route('seller', 'GET /seller/dashboard', {
    query: DashboardQuery,
    answer: SellerDashboard,
  }),
  time: route('public', 'GET /time', { answer: z.object({ now: Timestamp }) }),
} as const;

export type Routes = typeof routes;
export type RouteName = keyof Routes;

type InputOf<S> = S extends z.ZodType ? z.input<S> : undefined;
/** What a caller sends as the body of a route. */
export type RequestBody<N extends RouteName> = InputOf<Routes[N]['body']>;
export type RequestQuery<N extends RouteName> = InputOf<Routes[N]['query']>;
/** What a route answers; `undefined` for 204. */
export type Answer<N extends RouteName> = Routes[N]['answer'] extends z.ZodType
  ? z.output<Routes[N]['answer']>
  : undefined;

/** `POST /uploads` is multipart and therefore not in the table: field `file`, answer 201 `Upload`. */
export const uploadRoute = {
  path: '/uploads',
  field: 'file',
  maxBytes: 5 * 1024 * 1024,
  answer: Upload,
} as const;
