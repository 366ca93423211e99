/** What the audit of stock found when it looked last; told by whoever keeps orders. */
export abstract class StockHealth {
  /** Contradictions of variants' stock with its holds or its ledger; 0 when all is well. */
  abstract mismatchCount(): number;
}
