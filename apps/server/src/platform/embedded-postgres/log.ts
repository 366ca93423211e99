/** Where the supervisor tells what it does; one plain sentence a call, never a secret. */
export interface Log {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}
