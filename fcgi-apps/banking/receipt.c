/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* receipt.c: what was booked, and whether a key's payment happened. */
#include "bank/idem.h"
#include "bank/signature.h"
#include "bank/transfer.h"
#include "fcgi-apps/banking/banking.h"
#include "fcgi-apps/view.h"

/* How the payer proved it; nobody else's to know. */
static enum err
signature_show(struct req *rq, const struct transfer *t, json_object *v)
{
	struct signature s;
	enum err e;

	if (t->incoming)
		return OK;
	e = signature_get(rq->db, rq->pool, t->entry.id, &s);
	if (e == OK)
		view_text(v, "signed_with", s.name);
	return e == ERR_MISSING ? OK : e;
}

enum err
receipt_show(struct req *rq, struct resp *rs)
{
	uint8_t id[SECRET_ID];
	struct transfer t;
	json_object *v;
	enum err e;

	if (!secret_id_parse(id, req_param(rq, "id")))
		return ERR_MISSING;
	e = transfer_get(rq->db, rq->pool, rq->who.customer, id, &t);
	if (e != OK)
		return e;
	v = view_transfer(rq, &t);
	if ((e = signature_show(rq, &t, v)) != OK)
		return e;
	if (!rq->wants_json)
		view_bool(v, "fresh", *req_param(rq, "fresh") != '\0');
	return resp_page(rs, "transfer-receipt", v);
}

/* "Did my key happen?" A payment that still waits, or was not confirmed, says
 * so; one that never arrived is missing. */
static enum err
waiting_show(struct req *rq, struct resp *rs, const uint8_t id[SECRET_ID])
{
	struct challenge c;
	struct payment p;
	char text[SECRET_ID_TEXT];
	json_object *v;
	enum err e;

	if ((e = payment_get(rq->db, rq->pool, id, &p)) != OK ||
	    (e = challenge_get(rq->db, rq->pool, p.challenge, &c)) != OK)
		return e;
	v = view_challenge(rq, &c, &p);
	json_object_object_add(v, "state", json_object_new_string(p.state));
	return resp_see(rq, rs, 200, v, "/verify-otp?challenge_id=%s",
			secret_id_text(text, c.id));
}

enum err
receipt_find(struct req *rq, struct resp *rs)
{
	struct idem i = {.user = rq->who.user,
			 .key = req_param(rq, "idempotency_key")};
	struct transfer t;
	enum err e;

	if (*i.key == '\0')
		return req_note(rq, "idempotency_key",
				"Please fill this in.");
	if ((e = idem_find(rq->db, &i)) != OK)
		return e;
	if (i.result == IDEM_NONE)
		return ERR_MISSING;
	e = transfer_get(rq->db, rq->pool, rq->who.customer, i.subject, &t);
	if (e == ERR_MISSING && i.result == IDEM_PAYMENT)
		return waiting_show(rq, rs, i.subject);
	if (e != OK)
		return e;
	return resp_page(rs, "transfer-receipt", view_transfer(rq, &t));
}
