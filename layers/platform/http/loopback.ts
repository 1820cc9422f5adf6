/** Whether the name or address, of IPv6 with or without brackets, is of this machine alone. */
export const isLoopbackHost = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)

/** What comes over a plain connection can be anybody's, except from this machine. */
export const isSecure = (url: string): boolean => {
  const { protocol, hostname } = new URL(url)
  return protocol === 'https:' || (protocol === 'http:' && isLoopbackHost(hostname))
}

/** @throws Error that names `what` the URL is. */
export const requireSecure = (what: string, url: string): void => {
  if (!isSecure(url)) throw new Error(`${what} must be an https URL, not ${url}`)
}
