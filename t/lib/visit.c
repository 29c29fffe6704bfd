/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* visit.c: what a browser adds to a request, and reads in an answer. */
#include "t/lib/visit.h"

#include <ctype.h>
#include <string.h>

#include "lib/secret.h"
#include "t/lib/deal.h"

bool
visit_has(const char *answer, const char *part)
{
	return strstr(answer, part) != NULL;
}

static char *
cookies(struct visit *v)
{
	return pool_printf(v->bank->pool, "HTTP_COOKIE=%s%s%s",
			   v->cookie != NULL ? "clicknet=" : "other=1",
			   v->cookie != NULL ? v->cookie : "",
			   v->language == NULL
				   ? ""
				   : pool_printf(v->bank->pool, "; lang=%s",
						 v->language));
}

const char *
visit_get(struct visit *v, const struct app *app, const char *path)
{
	return bank_ask(v->bank, app,
			pool_printf(v->bank->pool, "GET %s", path), NULL,
			"HTTP_ACCEPT=text/html", cookies(v), NULL);
}

const char *
visit_post(struct visit *v, const struct app *app, const char *path,
	   const char *form)
{
	char key[SECRET_ID_TEXT];
	uint8_t id[SECRET_ID];

	secret_id(id);
	return bank_ask(v->bank, app,
			pool_printf(v->bank->pool, "POST %s", path),
			pool_printf(v->bank->pool,
				    "csrf=%s&idempotency_key=%s&%s",
				    v->csrf != NULL ? v->csrf : "",
				    secret_id_text(key, id), form),
			"HTTP_ACCEPT=text/html",
			"HTTP_SEC_FETCH_SITE=same-origin", cookies(v), NULL);
}

struct visit
visit_begin(struct bank *b, const char *user_id)
{
	static const char field[] = "name=\"csrf\" value=\"";
	struct confirm x = deal_browser(b, user_id);
	struct visit v = {.bank = b};
	const char *page, *at;

	v.cookie = pool_strdup(b->pool, x.token);
	page = visit_get(&v, &banking_app, "/accounts");
	if ((at = strstr(page, field)) != NULL)
		v.csrf = pool_strndup(b->pool, at + strlen(field),
				      strcspn(at + strlen(field), "\""));
	return v;
}

/* How long the UUID is that begins here; 0: none does. */
static size_t
uuid_at(const char *text)
{
	size_t n;

	for (n = 0; n < SECRET_ID_TEXT - 1; n++)
		if (n == 8 || n == 13 || n == 18 || n == 23
			    ? text[n] != '-'
			    : !isxdigit((unsigned char)text[n]))
			return 0;
	return n;
}

static void
mask_one(struct buf *out, const char **at, const char *const *ids, int count)
{
	size_t len;
	int i;

	for (i = 0; i < count; i++) {
		len = strlen(ids[i]);
		if (len > 0 && strncmp(*at, ids[i], len) == 0) {
			buf_puts(out, "ID");
			*at += len;
			return;
		}
	}
	if ((len = uuid_at(*at)) != 0) {
		buf_puts(out, "ID");
		*at += len;
		return;
	}
	buf_putc(out, *(*at)++);
}

const char *
visit_mask(struct bank *b, const char *answer, ...)
{
	struct buf out = {.pool = b->pool};
	const char *ids[8], *id, *at = answer;
	va_list more;
	int n = 0;

	va_start(more, answer);
	while ((id = va_arg(more, const char *)) != NULL && n < 8)
		ids[n++] = id;
	va_end(more);
	buf_puts(&out, "");
	while (*at != '\0') {
		if (strncmp(at, "Content-Length:", 15) == 0 ||
		    strncmp(at, "RateLimit:", 10) == 0)
			at += strcspn(at, "\n");
		mask_one(&out, &at, ids, n);
	}
	return out.data;
}
