/** What the composition root decides about orders. */
export class OrderOptions {
  constructor(
    /** How long an unpaid order holds its stock; longer than the five minutes that UPI gives a buyer. */
    readonly holdSeconds: number,
    /** How many unpaid orders one buyer may have at once, so that nobody holds a whole stock for nothing. */
    readonly maxUnpaidOrders = 10,
    /** How many orders one buyer may have promised to pay at the door and not yet paid. */
    readonly maxConfirmedOrders = 10,
    /** Whether another process may be at work on the same database. */
    readonly hasOtherNodes = true,
  ) {}
}
