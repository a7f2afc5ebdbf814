"""What a browser may do with our pages: the content security policy and its loosenings, each with its reason."""

from __future__ import annotations

from csp.constants import NONCE, NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE

EVERYWHERE = {
    "default-src": [NONE],
    "script-src": [SELF, NONCE],
    "style-src": [SELF],
    # data: for the picture of an authenticator's key and the theme's own icons; a picture runs nothing.
    "img-src": [SELF, "data:"],
    "font-src": [SELF],
    "connect-src": [SELF],
    "media-src": [SELF],
    "form-action": [SELF],
    "base-uri": [NONE],
    "object-src": [NONE],
    "frame-ancestors": [NONE],
}
# Alpine, which the theme ships whole, evaluates the expressions in its attributes; the theme, htmx and Chart.js set
# styles in the page. Inline scripts stay forbidden.
THEME = {"script-src": [UNSAFE_EVAL], "style-src": [UNSAFE_INLINE]}
# Swagger UI writes style elements; its one inline script carries the request's nonce.
DOCUMENTATION = {"style-src": [UNSAFE_INLINE]}

NO_FEATURES = (
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), "
    "midi=(), payment=(), usb=()"
)
# Django sets some of these on pages; here they are on static files, errors and other people's views too.
HEADERS = {
    "Permissions-Policy": NO_FEATURES,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
