/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* verify_signature.c: that what passkeys signed is what was booked. */
#include <string.h>

#include "bank/seal.h"
#include "bank/signature.h"
#include "bank/verify_impl.h"

static void
signature_fail(struct verifying *r, const uint8_t transfer[SECRET_ID],
	       const char *why)
{
	char id[SECRET_ID_TEXT];

	verify_fail(r, VERIFY_SIGNATURES, "Transfer %s: %s",
		    secret_id_text(id, transfer), why);
}

/* The payment as its transfer has it; NULL, or why it cannot be read. */
static const char *
payment_read(struct verifying *r, struct stmt *q, struct payment *p)
{
	const char *currency = db_text(q, "currency");

	*p = (struct payment){.from = db_text(q, "from_number"),
			      .to = db_text(q, "to_number")};
	if (currency == NULL || !money_known(currency) || p->from == NULL ||
	    p->to == NULL)
		return "a signature without what it signed.";
	p->amount = money_of(db_int(q, "amount"), currency);
	db_copy(q, "transfer", p->id, SECRET_ID);
	return seal_get(q, r->row, "payee_name", "transfer.payee_name",
			seal_row(p->id), &p->payee_name) == OK
		       ? NULL
		       : "the payee's name that was signed cannot be opened.";
}

static const char *
signature_fault(struct verifying *r, const struct payment *p)
{
	uint8_t challenge[SECRET_HASH];
	struct webauthn w = {.pool = r->row, .challenge = challenge};
	struct signature s;
	const char *why;

	if (signature_get(r->db, r->row, p->id, &s) != OK)
		return "its signature cannot be read.";
	signature_challenge(p, s.nonce, challenge);
	w.rp = s.rp;
	w.origin = s.origin;
	w.client_data = s.client_data;
	w.auth_data = s.auth_data;
	w.signature = s.signature;
	w.key = s.public_key;
	if ((why = webauthn_get(&w)) == NULL)
		return NULL;
	return pool_printf(r->pool, "its signature does not fit: %s.", why);
}

/* Each against the transfer's own amount, payee and accounts. */
static void
each_signature(struct verifying *r)
{
	struct stmt *q = db_sql(r->db,
		"SELECT s.transfer, t.amount, t.currency, t.payee_name, "
		"f.number AS from_number, o.number AS to_number "
		"FROM signature s LEFT JOIN transfer t ON t.id = s.transfer "
		"LEFT JOIN account f ON f.id = t.from_account "
		"LEFT JOIN account o ON o.id = t.to_account "
		"ORDER BY s.transfer");
	uint8_t id[SECRET_ID];
	struct payment p;
	const char *why;

	while (db_row(q)) {
		verify_count(r, VERIFY_SIGNATURES);
		db_copy(q, "transfer", id, sizeof id);
		if ((why = payment_read(r, q, &p)) != NULL ||
		    (why = signature_fault(r, &p)) != NULL)
			signature_fail(r, id, why);
		pool_reset(r->row);
	}
	if (db_done(q) != OK)
		verify_broken(r, VERIFY_SIGNATURES);
}

/* The record knows of each, and what it was: nobody takes one away, or puts
 * another's in its place. */
static void
record_compare(struct verifying *r, const char *detail)
{
	struct signature s;
	uint8_t id[SECRET_ID];
	enum err e;

	if (strlen(detail) < SECRET_ID_TEXT ||
	    !secret_id_parse(id, pool_strndup(r->row, detail,
					      SECRET_ID_TEXT - 1))) {
		verify_fail(r, VERIFY_SIGNATURES,
			    "The record of a signature cannot be read.");
		return;
	}
	if ((e = signature_get(r->db, r->row, id, &s)) == ERR_MISSING)
		signature_fail(r, id, "its signature is not there.");
	else if (e != OK || strcmp(signature_detail(r->row, &s), detail) != 0)
		signature_fail(r, id, "its signature is not as it was kept.");
}

void
verify_signatures(struct verifying *r)
{
	struct stmt *q;
	int64_t known = 0;

	each_signature(r);
	q = db_sql(r->db, "SELECT detail FROM audit "
			  "WHERE act = 'transfer.signed' ORDER BY detail");
	while (db_row(q)) {
		known++;
		record_compare(r, db_text(q, "detail"));
		pool_reset(r->row);
	}
	if (db_done(q) != OK)
		verify_broken(r, VERIFY_SIGNATURES);
	if (known != r->v->checks[VERIFY_SIGNATURES].count)
		verify_fail(r, VERIFY_SIGNATURES,
			    "There are %lld signatures, and %lld on record.",
			    (long long)r->v->checks[VERIFY_SIGNATURES].count,
			    (long long)known);
}
