"""Header fields that any server may send: no contract has to name them."""

from __future__ import annotations

# Registered with IANA or in every web server's habit; a name in this list says nothing of an API.
COMMON = frozenset(
    """
    accept accept-ch accept-patch accept-post accept-ranges age allow alt-svc alt-used authentication-info
    cache-control cache-status cdn-cache-control clear-site-data connection content-disposition content-encoding
    content-language content-length content-location content-range content-security-policy
    content-security-policy-report-only content-type critical-ch cross-origin-embedder-policy
    cross-origin-opener-policy cross-origin-resource-policy date deprecation etag expect-ct expires host
    http2-settings keep-alive last-modified link location mime-version nel origin-agent-cluster p3p
    permissions-policy pragma preference-applied priority proxy-authenticate proxy-authentication-info
    proxy-connection proxy-status ratelimit ratelimit-limit ratelimit-policy ratelimit-remaining ratelimit-reset
    referrer-policy refresh report-to reporting-endpoints request-id retry-after server server-timing set-cookie
    sourcemap speculation-rules status strict-transport-security sunset te timing-allow-origin trace-id traceparent
    tracestate trailer transfer-encoding upgrade vary via warning www-authenticate x-aspnet-version
    x-aspnetmvc-version x-azure-ref x-cache x-cache-hits x-content-type-options x-correlation-id
    x-dns-prefetch-control x-download-options x-forwarded-for x-forwarded-host x-forwarded-proto x-frame-options
    x-permitted-cross-domain-policies x-powered-by x-process-time x-ratelimit-limit x-ratelimit-remaining
    x-ratelimit-reset x-request-id x-response-time x-robots-tag x-runtime x-served-by x-timer x-trace-id
    x-ua-compatible x-varnish x-vercel-id x-xss-protection
    """.split()  # noqa: SIM905 (a name a line would be six screens)
)
