/** Where a picture is served, relative to the public address; null for none. */
export function uploadUrl(id: string): string;
export function uploadUrl(id: string | null): string | null;
export function uploadUrl(id: string | null): string | null {
  return id === null ? null : `/uploads/${id}.webp`;
}
