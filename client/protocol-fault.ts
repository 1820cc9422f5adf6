/** The server said something that the protocol does not know. */
export class ProtocolFault extends Error {
  readonly code = 'protocol-fault'
}
