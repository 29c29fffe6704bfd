/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* site.c: the name and the origin that passkeys of this bank are made for. */
#include <ctype.h>
#include <string.h>

#include "fcgi-apps/auth/auth.h"
#include "lib/settings.h"

/* A passkey belongs to a name; an address in numbers is none. */
static bool
is_name(const char *host)
{
	return *host != '\0' && *host != '[' &&
	       host[strspn(host, "0123456789.")] != '\0';
}

static char *
lower(struct pool *pool, const char *text, size_t len)
{
	char *out = pool_strndup(pool, text, len), *c;

	for (c = out; *c != '\0'; c++)
		*c = (char)tolower((unsigned char)*c);
	return out;
}

/* Browsers leave the scheme's own port out of an origin. */
static size_t
without_port(const char *base, const char *host, size_t len)
{
	const char *own = strncasecmp(base, "https:", 6) == 0 ? ":443" : ":80";
	size_t n = strlen(own);

	return len > n && strncmp(host + len - n, own, n) == 0 ? len - n : len;
}

static bool
site_read(struct pool *pool, const char *base, struct site *s)
{
	const char *host = strstr(base, "://") + 3; /* settings see to it */
	size_t len = without_port(base, host, strcspn(host, "/"));

	s->origin = lower(pool, base, (size_t)(host - base) + len);
	s->rp = lower(pool, host, strcspn(host, ":/"));
	return is_name(s->rp);
}

bool
site_find(struct req *rq, struct site *s)
{
	const char *base = settings()->PUBLIC_BASE_URL;
	bool here = strncmp(rq->address, "127.", 4) == 0 ||
		    strcmp(rq->address, "::1") == 0;

	if (*base != '\0')
		return site_read(rq->pool, base, s);
	return here &&
	       site_read(rq->pool,
			 pool_printf(rq->pool, "%s://%s",
				     rq->secure ? "https" : "http", rq->host),
			 s) &&
	       strcmp(s->rp, "localhost") == 0;
}
