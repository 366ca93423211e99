import type { Stream } from '@vybekart/contract';
import { uploadUrl } from '../accounts/upload-url.ts';
import type { MediaProvider } from '../media/media-provider.ts';
import type { LiveCounts } from './live-counts.ts';
import { isLive } from './stream-state.ts';
import type { StreamRow } from './streams.store.ts';

/** Rows as the contract shows them to anybody, with the newest counts that this node knows. */
export class StreamViews {
  constructor(
    private readonly media: MediaProvider,
    private readonly counts: LiveCounts,
  ) {}

  of(row: StreamRow): Stream {
    const playback = this.media.playback(row.media);
    const counts = this.counts.of(row.id);
    return {
      id: row.id,
      title: row.title,
      status: row.status,
      visibility: row.visibility,
      isLive: isLive(row.status),
      thumbnailUrl: (isLive(row.status) && this.media.thumbnail(row.media)) || uploadUrl(row.thumbnail_id),
      viewerCount: isLive(row.status) ? (counts?.viewerCount ?? 0) : 0,
      likeCount: Math.max(row.like_count, counts?.likeCount ?? 0),
      scheduledFor: row.scheduled_for?.toISOString() ?? null,
      startedAt: row.started_at?.toISOString() ?? null,
      endedAt: row.ended_at?.toISOString() ?? null,
      createdAt: row.created_at.toISOString(),
      hlsPlaybackUrl: playback.url,
      playback,
      replay: row.replay_duration_ms === null ? null : { durationMs: row.replay_duration_ms },
      seller: {
        id: row.shop_id,
        handle: row.handle,
        displayName: row.shop_name,
        avatarUrl: uploadUrl(row.avatar_id),
      },
    };
  }
}
