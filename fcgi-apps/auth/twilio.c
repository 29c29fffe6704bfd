/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* twilio.c: what Twilio reports of the messages it carries for us. */
#include <stdlib.h>
#include <string.h>

#include "bank/message.h"
#include "fcgi-apps/auth/auth.h"
#include "lib/log.h"
#include "lib/secret.h"
#include "lib/secret_hmac.h"
#include "lib/settings.h"

enum { SIGNATURE = 28, WORD_MAX = 64 };

static int
pair_order(const void *a, const void *b)
{
	const struct pair *const *x = a, *const *y = b;
	int names = strcmp((*x)->name, (*y)->name);

	return names != 0 ? names : strcmp((*x)->value, (*y)->value);
}

/* Every name and its value, in order, none of them twice. */
static void
form_put(struct buf *b, const struct pairs *form)
{
	const struct pair **list, *p;
	int n = 0, i;

	list = pool_alloc(b->pool, (size_t)form->count * sizeof *list + 1);
	for (p = form->first; p != NULL; p = p->next)
		list[n++] = p;
	qsort(list, (size_t)n, sizeof *list, pair_order);
	for (i = 0; i < n; i++)
		if (i == 0 || pair_order(&list[i - 1], &list[i]) != 0)
			buf_printf(b, "%s%s", list[i]->name, list[i]->value);
}

char *
twilio_signature(struct pool *pool, const char *token, const char *url,
		 const struct pairs *form)
{
	char *text = pool_alloc(pool, SIGNATURE + 2), *at;
	struct buf b = {.pool = pool};
	uint8_t mac[SECRET_HMAC_MAX];
	size_t len;

	buf_puts(&b, url);
	if (form != NULL)
		form_put(&b, form);
	len = secret_hmac(SECRET_HMAC_SHA1, mac, token, strlen(token), b.data,
			  b.len);
	secret_base64url(text, mac, len);
	for (at = text; *at != '\0'; at++)
		*at = *at == '-' ? '+' : *at == '_' ? '/' : *at;
	at[0] = '=';
	at[1] = '\0';
	return text;
}

static bool
fits(struct req *rq, const char *url, const struct pairs *form)
{
	const char *want = twilio_signature(
		rq->pool, settings()->TWILIO_AUTH_TOKEN, url, form);

	const char *have = rq->hook[HOOK_HTTP_X_TWILIO_SIGNATURE];

	return strlen(have) == SIGNATURE &&
	       secret_equal(want, have, SIGNATURE);
}

/* The address Twilio called is the one it was told, whatever a proxy in
 * between made of it; but it may write the port or leave it out. */
static bool
fits_ours(struct req *rq, const struct pairs *form)
{
	const char *base = settings()->PUBLIC_BASE_URL, *host, *port, *rest;
	const char *path = pool_printf(rq->pool, "%s%s%s", rq->path,
				       *rq->query != '\0' ? "?" : "",
				       rq->query);
	bool tls = strncmp(base, "https://", 8) == 0;
	int before;

	if (fits(rq, pool_printf(rq->pool, "%s%s", base, path), form))
		return true;
	host = base + (tls ? 8 : 7);
	rest = host + strcspn(host, "/");
	port = host + strcspn(host, ":/");
	before = (int)(port - base);
	return fits(rq, pool_printf(rq->pool, "%.*s%s%s%s", before, base,
				    *port == ':' ? "" : tls ? ":443" : ":80",
				    rest, path), form);
}

/* A body that is no form is not signed itself: its hash is in the query. */
static bool
body_fits(struct req *rq)
{
	uint8_t hash[SECRET_HASH], said[SECRET_HASH];
	struct pairs query = {0};
	const char *text;

	if (http_urlencoded(rq->pool, rq->query, strlen(rq->query), &query) !=
		    OK ||
	    (text = pairs_get(&query, "bodySHA256")) == NULL)
		return false;
	secret_hash(hash, rq->body, rq->body_len);
	return secret_unhex(said, sizeof said, text) == SECRET_HASH &&
	       secret_equal(hash, said, SECRET_HASH);
}

static bool
is_signed(struct req *rq)
{
	struct pairs form = {0};

	if (*settings()->TWILIO_AUTH_TOKEN == '\0' ||
	    *settings()->PUBLIC_BASE_URL == '\0' || rq->body == NULL)
		return false;
	if (rq->json != NULL)
		return body_fits(rq) && fits_ours(rq, NULL);
	return http_urlencoded(rq->pool, rq->body, rq->body_len, &form) ==
		       OK &&
	       fits_ours(rq, &form);
}

static bool
is_word(const char *text)
{
	size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyz_"
				"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");

	return n > 0 && n <= WORD_MAX && text[n] == '\0';
}

static void
tell(const struct report *r, const char *code)
{
	char id[SECRET_ID_TEXT] = "";

	if (!r->fresh)
		return;
	if (r->known)
		secret_id_text(id, r->id);
	log_event(*code != '\0' ? "warn" : "info", "message_report", "id", id,
		  "result", r->status, "code", code, NULL);
	if (*r->next != '\0')
		log_event("warn", "message_report", "id", id, "result",
			  "fell back", "next", r->next, NULL);
}

enum err
twilio_webhook(struct req *rq, struct resp *rs)
{
	const char *code = req_param(rq, "ErrorCode");
	struct report r = {.provider_id = req_param(rq, "MessageSid"),
			   .status = req_param(rq, "MessageStatus"),
			   .error = ""};
	enum err e;

	if (!is_signed(rq))
		return ERR_FORBIDDEN;
	if (!is_word(r.provider_id) || !is_word(r.status))
		return ERR_INPUT;
	code = is_word(code) ? code : "";
	r.error = pool_printf(rq->pool, "Twilio: %s %s", r.status, code);
	if ((e = message_report(rq->db, &r)) != OK)
		return e;
	tell(&r, code);
	rs->status = 204;
	return OK;
}
