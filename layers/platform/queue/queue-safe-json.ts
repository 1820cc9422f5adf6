// SQS takes no U+FFFE and U+FFFF, and fauxqs no surrogate, so no emoji:
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
const refused = /[\uD800-\uDFFF\uFFFE\uFFFF]/g

/**
 * The same JSON with the characters that a queue refuses written as `\uXXXX`. In JSON text they can stand
 * only inside strings, so it reads back the same; it may be up to three times as many bytes.
 */
export const queueSafeJson = (text: string): string =>
  text.search(refused) === -1
    ? text
    : text.replace(refused, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
