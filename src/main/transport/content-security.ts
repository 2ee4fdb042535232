// The headers that every answer of the workbench carries, whether a server or the desktop shell sends it.

/**
 * Scripts, pictures and connections only from where the page came from; nothing may frame it.
 * `'unsafe-inline'` is for styles alone: naive-ui writes its style elements at run time.
 */
export function contentSecurityPolicy(socket?: string): string {
  return [
    `default-src 'none'`,
    `script-src 'self'`,
    `style-src 'self' 'unsafe-inline'`,
    `img-src 'self' data: blob:`,
    `font-src 'self' data:`,
    `connect-src 'self'${socket ? ` ${socket}` : ''}`,
    `base-uri 'none'`,
    `form-action 'none'`,
    `frame-src 'none'`,
    `frame-ancestors 'none'`,
    `object-src 'none'`,
  ].join('; ')
}

/** Headers for every answer. `socket`: WebSocket address of this server, for browsers whose 'self' leaves ws: out. */
export function securityHeaders(socket?: string): Record<string, string> {
  return {
    'content-security-policy': contentSecurityPolicy(socket),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=()',
  }
}
