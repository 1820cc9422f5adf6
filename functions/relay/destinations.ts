/** Whom the relay delivers to on AWS; a cursor of each world bears each name. */
export const relayDestinations = ['physics', 'bus'] as const
