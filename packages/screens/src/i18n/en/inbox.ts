export const inbox = {
  live: { title: '{{seller}} is live!', body: '{{title}}' },
  newOrder: {
    title: 'New order!',
    body: '{{buyer}} bought {{product}} for {{amount}}.',
    bodyCash: '{{buyer}} bought {{product}} for {{amount}}, to be paid at the door.',
  },
  paid: { title: 'Your order is confirmed', body: '{{product}} from {{shop}} is yours.' },
  code: {
    title: '{{code}} confirms your order',
    body: '{{shop}} sends {{product}}; you pay {{amount}} at the door. Tell this code to nobody.',
  },
  confirmed: {
    title: 'Your order is confirmed',
    body: '{{product}} from {{shop}} is yours. Have {{amount}} ready at the door.',
  },
  unpaid: {
    title: 'Your order was not completed',
    body: '{{product}} was not paid in time. Nothing was charged.',
  },
  unconfirmed: {
    title: 'Your order was not completed',
    body: '{{product}} was not confirmed in time. Nothing was charged.',
  },
  withdrawn: {
    title: 'Your order was cancelled',
    body: '{{shop}} cannot send {{product}}. Nothing was charged.',
  },
  refunded: { title: 'Refund on its way', body: '{{shop}} refunded {{amount}} of your order.' },
  refundRequested: {
    title: 'A refund was asked for',
    body: '{{buyer}} asks for the money of {{product}} back.',
  },
  refundDeclined: {
    title: 'Your refund was declined',
    body: '{{shop}} says why in your order of {{product}}.',
  },
  disputed: {
    title: 'A payment is disputed',
    body: '{{buyer}} asked the bank for the money of {{product}} back. The bank decides.',
  },
  disputeWon: {
    title: 'You won a dispute',
    body: 'The bank of {{buyer}} decided: the money of {{product}} stays with you.',
  },
  disputeLost: {
    title: 'You lost a dispute',
    body: 'The bank of {{buyer}} decided: the money of {{product}} went back.',
  },
};
