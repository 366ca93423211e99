/** The addresses of the screens, the same on the web and in the Android shell. */
export const paths = {
  feed: '/',
  live: <Id extends string>(streamId: Id) => `/live/${streamId}` as const,
  invitation: <Id extends string, Code extends string>(streamId: Id, code: Code) =>
    `/live/${streamId}/${code}` as const,
  replay: <Id extends string>(streamId: Id) => `/replay/${streamId}` as const,
  shop: <Handle extends string>(handle: Handle) => `/shop/${handle}` as const,
  orders: '/account/orders',
  order: <Id extends string>(orderId: Id) => `/account/orders/${orderId}` as const,
  account: '/account',
  signIn: '/account/sign-in',
  inbox: '/account/inbox',
  studio: '/studio',
  newShow: '/studio/new',
  studioLive: <Id extends string>(streamId: Id) => `/studio/live/${streamId}` as const,
  products: '/studio/products',
  sellerOrders: '/studio/orders',
} as const;
