/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* didit.c: what Didit reports, and who only says to be Didit. */
#include "bank/didit.h"

#include <stdlib.h>
#include <string.h>

#include "fcgi-apps/kyc/kyc.h"
#include "lib/canonical.h"
#include "lib/clock.h"
#include "lib/log.h"
#include "lib/secret.h"
#include "lib/secret_hmac.h"
#include "lib/settings.h"

enum { LATE_MAX_S = 300, TIME_DIGITS = 12 };

static bool
is_near(int64_t at)
{
	int64_t now = clock_now() / CLOCK_SECOND;

	return at >= now - LATE_MAX_S && at <= now + LATE_MAX_S;
}

static bool
is_timely(const char *header)
{
	size_t n = strspn(header, "0123456789");

	return n > 0 && n <= TIME_DIGITS && header[n] == '\0' &&
	       is_near(strtoll(header, NULL, 10));
}

static bool
fits(const char *signature, const void *data, size_t len)
{
	const char *secret = settings()->DIDIT_WEBHOOK_SECRET;
	char hex[2 * SECRET_HMAC_MAX + 1];
	uint8_t mac[SECRET_HMAC_MAX];
	size_t n;

	n = secret_hmac(SECRET_HMAC_SHA256, mac, secret, strlen(secret), data,
			len);
	secret_hex(hex, mac, n);
	return strlen(signature) == 2 * n &&
	       secret_equal(hex, signature, 2 * n);
}

/* Their second signature is over the same words written in one way: a proxy
 * that wrote them anew has not changed them. */
static bool
fits_rewritten(struct req *rq)
{
	const char *signature = rq->hook[HOOK_HTTP_X_SIGNATURE_V2];
	struct buf b = {.pool = rq->pool};

	if (*signature == '\0' || rq->json == NULL)
		return false;
	canonical_put(&b, rq->json);
	return fits(signature, b.data, b.len);
}

/* No signature covers the header with the time; the body's own is covered. */
static bool
is_fresh(json_object *body)
{
	json_object *at;

	if (!json_object_object_get_ex(body, "timestamp", &at))
		return true;
	return json_object_is_type(at, json_type_int) &&
	       is_near(json_object_get_int64(at));
}

/* Whether it is Didit that speaks is said before a byte is read as JSON; only
 * for the second signature it has to be read first, so that one is for bodies
 * that cost little to read. */
static enum err
hook_read(struct req *rq)
{
	struct pairs members = {0};
	bool good;
	enum err e;

	if (*settings()->DIDIT_WEBHOOK_SECRET == '\0' || rq->body == NULL ||
	    !is_timely(rq->hook[HOOK_HTTP_X_TIMESTAMP]))
		return ERR_SIGNATURE;
	good = fits(rq->hook[HOOK_HTTP_X_SIGNATURE], rq->body, rq->body_len);
	if (!good && (*rq->hook[HOOK_HTTP_X_SIGNATURE_V2] == '\0' ||
		      rq->body_len > HTTP_FORM_MAX))
		return ERR_SIGNATURE;
	e = http_json(rq->pool, rq->body, rq->body_len, &members, &rq->json);
	if (e != OK)
		return good ? e : ERR_SIGNATURE;
	if (!good && !fits_rewritten(rq))
		return ERR_SIGNATURE;
	return is_fresh(rq->json) ? OK : ERR_SIGNATURE;
}

static void
tell(const struct didit_word *w, const char *level, const char *result)
{
	log_event(level, "didit_report", "session", w->session_id, "status",
		  w->status, "report", w->event_id, "result", result, NULL);
}

/* What is ours alone to mend is never their last answer. */
static enum err
hook_apply(struct req *rq, struct didit_word *w)
{
	static const char *const words[] = {
		[DIDIT_STRANGE] = "no session of ours",
		[DIDIT_AGAIN] = "known",
		[DIDIT_STORED] = "noted",
		[DIDIT_APPLIED] = "applied"};
	enum didit_effect effect;
	enum err e = didit_tell(rq->db, w, &effect);

	if (e != OK)
		return err_status(e) < 500 ? ERR_INTERNAL : e;
	tell(w, effect == DIDIT_STRANGE ? "warn" : "info", words[effect]);
	return OK;
}

/* Whatever it says, who has signed it is told no more than that it came. */
enum err
didit_webhook(struct req *rq, struct resp *rs)
{
	struct didit_word w;
	enum err e;

	if ((e = hook_read(rq)) != OK)
		return e;
	if (!didit_read(rq->pool, rq->json, &w))
		tell(&w, "warn", "about no session");
	else if (*rq->hook[HOOK_HTTP_X_DIDIT_TEST_WEBHOOK] != '\0')
		tell(&w, "info", "a test");
	else if ((e = hook_apply(rq, &w)) != OK)
		return e;
	rs->status = 204;
	return OK;
}
