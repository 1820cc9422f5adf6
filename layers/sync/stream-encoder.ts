import type { Cast } from './casts.ts'
import type { Cursor } from './cursor.ts'
import type { Frame } from './frame.ts'
import type { Message } from './messages.ts'

/** How the messages of one stream are written. */
export interface StreamEncoder {
  /** @param cursor where the client is after it */
  message(message: Message, cursor: Cursor): string | Uint8Array
  frame(frame: Frame, cast: Cast): string | Uint8Array
}
