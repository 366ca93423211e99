import { account, shop } from './account';
import { chat } from './chat';
import { checkout } from './checkout';
import { common, time } from './common';
import { errors } from './errors';
import { feed } from './feed';
import { fulfilment, inventory } from './inventory';
import { orders } from './orders';
import { replay } from './replay';
import { room } from './room';
import { studio } from './studio';

export const en = {
  common,
  time,
  errors,
  feed,
  room,
  replay,
  chat,
  checkout,
  orders,
  account,
  shop,
  studio,
  inventory,
  fulfilment,
};
