/** Reads on from where it stopped; how many bytes it wrote to `into`, 0 at the end. */
export type ReadOn = (into: Uint8Array) => number;

const CHUNK = 1024 * 1024;

/** One value of an export is never this large; a file that is not what it seems may be one value. */
const MOST_BYTES = 256 * CHUNK;

/**
 * The part of a stream of bytes that is in memory: all from `keepFrom` on that was read. Places are counted from the beginning
 * of the stream.
 */
export class ByteWindow {
  bytes = Buffer.allocUnsafe(2 * CHUNK);
  /** The place of the first byte in memory. */
  first = 0;
  /** The place after the last byte in memory. */
  end = 0;
  readonly #readOn: ReadOn;
  #keepFrom = 0;

  constructor(readOn: ReadOn) {
    this.#readOn = readOn;
  }

  keepFrom(place: number): void {
    this.#keepFrom = place;
  }

  /** False at the end of the stream. Throws `RangeError` when more is kept than any value has. */
  more(): boolean {
    const kept = this.end - this.#keepFrom;
    if (this.bytes.length - (this.end - this.first) < CHUNK) {
      if (kept > MOST_BYTES) throw new RangeError("one value has more bytes than any value of an export");
      const target = this.bytes.length - kept < CHUNK ? Buffer.allocUnsafe(2 * this.bytes.length) : this.bytes;
      this.bytes.copy(target, 0, this.#keepFrom - this.first, this.end - this.first);
      this.bytes = target;
      this.first = this.#keepFrom;
    }
    const count = this.#readOn(this.bytes.subarray(this.end - this.first));
    this.end += count;
    return count > 0;
  }

  /** The byte at a place from `keepFrom` on; -1 after the last. */
  at(place: number): number {
    while (place >= this.end) {
      if (!this.more()) return -1;
    }
    return this.bytes[place - this.first] ?? -1;
  }

  /** Bytes that are in memory. What is returned changes with the next read. */
  slice(from: number, to: number): Buffer {
    return this.bytes.subarray(from - this.first, to - this.first);
  }
}
