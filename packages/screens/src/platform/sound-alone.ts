/**
 * The address of the rendition of a multivariant playlist (RFC 8216bis 4.4.6.2) that has sound and no picture; null
 * where there is none beside a picture.
 */
export function soundAloneUrl(playlist: string, playlistUrl: string): string | null {
  const lines = playlist.split('\n');
  const variants = lines.flatMap((line, i) => {
    const codecs = /^#EXT-X-STREAM-INF:.*CODECS="([^"]*)"/.exec(line)?.[1];
    return codecs === undefined ? [] : [{ codecs: codecs.split(','), uri: lines[i + 1] ?? '' }];
  });
  const isSound = (codec: string) => /^(mp4a|opus|ac-3|ec-3|flac)/i.test(codec.trim());
  const sound = variants.find(({ codecs }) => codecs.every(isSound));
  const hasPicture = variants.some(({ codecs }) => !codecs.every(isSound));
  return sound && hasPicture ? new URL(sound.uri, playlistUrl).href : null;
}
