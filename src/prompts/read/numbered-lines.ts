/** A line of a file, 1-based, or why it is none. */
export type NumberedLine =
  | { readonly line: number; readonly text: string }
  | {
      readonly line: number;
      readonly problem: 'invalid-utf8' | 'too-long';
      readonly bytes: number;
    };

const NEWLINE = 0x0a;

/**
 * Lines of a stream of bytes, without their ends. A line of more than `maxLineBytes` is skipped as
 * it streams by, so memory stays bounded; a line that is not UTF-8 is reported, never repaired. A
 * byte-order mark at the start is no part of the first line.
 */
export async function* numberedLines(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  maxLineBytes: number,
): AsyncGenerator<NumberedLine> {
  let line = 1;
  let parts: Uint8Array[] = [];
  let bytes = 0;
  const take = (part: Uint8Array): void => {
    bytes += part.length;
    if (bytes <= maxLineBytes) parts.push(part);
    else parts = [];
  };
  const finish = (): NumberedLine => {
    const finished: NumberedLine =
      bytes > maxLineBytes ? { line, problem: 'too-long', bytes } : decodeLine(line, parts, bytes);
    line++;
    parts = [];
    bytes = 0;
    return finished;
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      take(chunk.subarray(from, at));
      yield finish();
      from = at + 1;
    }
    take(chunk.subarray(from));
  }
  if (bytes > 0) yield finish();
}

function decodeLine(line: number, parts: readonly Uint8Array[], bytes: number): NumberedLine {
  try {
    // The decoder drops a byte-order mark, which may stand before the first line alone.
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: line > 1 });
    return { line, text: decoder.decode(Buffer.concat(parts)).replace(/\r$/, '') };
  } catch {
    return { line, problem: 'invalid-utf8', bytes };
  }
}
