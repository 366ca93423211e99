import type { RouteName } from '@vybekart/contract';

/** The `:name` parameters of the routes that have any; a test holds it against the contract's paths. */
export const pathParams = {
  revokeSession: ['id'],
  getShop: ['handle'],
  updateShop: ['handle'],
  follow: ['handle'],
  unfollow: ['handle'],
  listModerators: ['handle'],
  appointModerator: ['handle', 'userId'],
  removeModerator: ['handle', 'userId'],
  findChatters: ['handle'],
  listMutes: ['handle'],
  moderationLog: ['handle'],
  getBlockedWords: ['handle'],
  setBlockedWords: ['handle'],
  reviewQueue: ['id'],
  reviewMessage: ['id', 'messageId'],
  getStream: ['id'],
  endStream: ['id'],
  rotateStreamKey: ['id'],
  createIngestTicket: ['id'],
  getInvitation: ['id'],
  acceptInvitation: ['id'],
  streamHealth: ['id'],
  getReplay: ['id'],
  deleteReplay: ['id'],
  getRoom: ['id'],
  getRoomEvents: ['id'],
  sendMessage: ['id'],
  pinProduct: ['id'],
  unpinProduct: ['id'],
  lineup: ['id'],
  getProduct: ['id'],
  updateProduct: ['id'],
  deleteProduct: ['id'],
  adjustStock: ['id'],
  stockMovements: ['id'],
  getOrder: ['id'],
  cancelOrder: ['id'],
  confirmCash: ['id'],
  resendCashCode: ['id'],
  paymentToConfirm: ['id'],
  orderReceipt: ['id'],
  fulfilOrder: ['id'],
  deliverOrder: ['id'],
  takeBackOrder: ['id'],
  cancelSale: ['id'],
  refundOrder: ['id'],
  askForRefund: ['id'],
  approveRefund: ['id'],
  declineRefund: ['id'],
} as const satisfies Partial<Record<RouteName, readonly string[]>>;

type Declared = typeof pathParams;

/** `{ id: string }` for `/streams/:id`; `undefined` for a path without parameters. */
export type PathParams<N extends RouteName> = N extends keyof Declared
  ? Record<Declared[N][number], string>
  : undefined;

/** Puts the parameters into a path, percent-encoded; throws TypeError when one is missing. */
export function fillPath(path: string, params: Record<string, string> | undefined): string {
  return path.replace(/:([a-zA-Z]+)/g, (_, name: string) => {
    const value = params?.[name];
    if (value === undefined || value === '') throw new TypeError(`${path} needs the parameter ${name}`);
    return encodeURIComponent(value);
  });
}
