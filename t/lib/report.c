/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* report.c: makes the reports of report.h. */
#include "t/lib/report.h"

#include <stdio.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/secret_hmac.h"

void
report_bank(struct bank *b)
{
	apply_bank(b);
	bank_set(b, "PUBLIC_BASE_URL", "https://bank.example");
	bank_set(b, "DIDIT_API_KEY", "a-key");
	bank_set(b, "DIDIT_WORKFLOW_ID", "99999999-8888-7777-6666-"
					 "555555555555");
	bank_set(b, "DIDIT_WEBHOOK_SECRET", REPORT_SECRET);
}

static enum err
want(struct db *db, struct pool *pool, struct application *a)
{
	return didit_want(db, pool, a, &apply_actor);
}

enum err
report_want(struct bank *b, struct application *a)
{
	return apply_do(b, want, a);
}

void
report_made(struct bank *b, const char *session)
{
	struct didit_task t;

	if (didit_take(b->db, b->pool, 1000, &t) != OK ||
	    didit_made(b->db, &t, session, "https://verify.didit.me/x") != OK)
		printf("Bail out! no session\n");
}

struct application
report_case(struct bank *b, const char *session)
{
	struct application a = apply_begin(b);

	if (apply_do(b, apply_mobile, &a) != OK ||
	    apply_do(b, apply_email, &a) != OK ||
	    apply_do(b, apply_details, &a) != OK ||
	    apply_do(b, apply_documents, &a) != OK || report_want(b, &a) != OK)
		printf("Bail out! no case\n");
	report_made(b, session);
	return a;
}

static const char *
document(struct bank *b, const struct report_of *r)
{
	const char *p = r->pictures;

	return pool_printf(b->pool,
		"{\"status\":\"Approved\",\"document_type\":\"Passport\","
		"\"document_number\":\"C01X0006H\",\"first_name\":\"%s\","
		"\"last_name\":\"%s\",\"date_of_birth\":\"%s\","
		"\"issuing_state\":\"DEU\"%s%s%s%s%s,\"warnings\":[{\"risk\":"
		"\"POOR_LIGHT\"}]}",
		r->first != NULL ? r->first : "NORA",
		r->last != NULL ? r->last : "NEU",
		r->birth_date != NULL ? r->birth_date : "1994-02-28",
		p != NULL ? ",\"front_image\":\"" : "", p != NULL ? p : "",
		p != NULL ? "/front\",\"portrait_image\":\"" : "",
		p != NULL ? p : "", p != NULL ? "/portrait\"" : "");
}

const char *
report_text(struct bank *b, const struct report_of *r)
{
	const char *decision = "", *list = r->shape == 3 ? "[" : "";
	const char *end = r->shape == 3 ? "]" : "";

	if (r->shape != 0)
		decision = pool_printf(b->pool,
			",\"decision\":{\"status\":\"%s\",\"%s\":%s%s%s,\"%s\":"
			"%s{\"status\":\"Approved\",\"score\":98.50,"
			"\"reference_image\":\"%s/live\"}%s}", r->status,
			r->shape == 3 ? "id_verifications" : "id_verification",
			list, document(b, r), end,
			r->shape == 3 ? "liveness_checks" : "liveness", list,
			r->pictures != NULL ? r->pictures : "", end);
	return pool_printf(b->pool,
		"{\"event_id\":\"%s\",\"webhook_type\":\"status.updated\","
		"\"timestamp\":%lld,\"created_at\":%lld,\"session_id\":\"%s\","
		"\"status\":\"%s\",\"vendor_data\":\"%s\"%s}", r->event,
		(long long)(clock_now() / CLOCK_SECOND), (long long)r->at,
		r->session, r->status, r->name, decision);
}

enum err
report_tell(struct bank *b, const struct report_of *r,
	    enum didit_effect *effect)
{
	json_object *o = json_tokener_parse(report_text(b, r));
	struct didit_word w;

	*effect = DIDIT_STRANGE;
	if (o == NULL || !didit_read(b->pool, pool_json(b->pool, o), &w))
		return ERR_BAD;
	return didit_tell(b->db, &w, effect);
}

const char *
report_sign(struct bank *b, const char *body, const char *secret)
{
	char hex[2 * SECRET_HMAC_MAX + 1];
	uint8_t mac[SECRET_HMAC_MAX];
	size_t n = secret_hmac(SECRET_HMAC_SHA256, mac, secret,
			       strlen(secret), body, strlen(body));

	return pool_printf(b->pool, "HTTP_X_SIGNATURE=%s",
			   secret_hex(hex, mac, n));
}

const char *
report_time(struct bank *b, int64_t seconds)
{
	return pool_printf(b->pool, "HTTP_X_TIMESTAMP=%lld",
			   (long long)seconds);
}

const char *
report_identity(struct bank *b, const struct application *a)
{
	struct application now = {.identity = "none at all"};

	application_get(b->db, b->pool, a->id, &now);
	db_rest(b->db);
	return now.identity;
}
