/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* verify_payment.c: that a payment which waits is what its code was asked for,
 * and that its money is held. */
#include <string.h>

#include "bank/challenge.h"
#include "bank/payment.h"
#include "bank/verify_impl.h"

static bool
is_held(struct verifying *r, const struct payment *p)
{
	struct stmt *q = db_sql(r->db, "SELECT amount FROM hold "
				       "WHERE id = :id AND account = :account");
	struct money all;
	bool held;

	db_put_blob(q, "id", p->id, SECRET_ID);
	db_put_int(q, "account", p->from_account);
	held = db_row(q) && money_add(&all, p->amount, p->fee) == OK &&
	       db_int(q, "amount") == money_minor(all);
	return db_done(q) == OK && held;
}

/* A code that is over is forgotten after a while: then nothing can be paid. */
static bool
is_ordered(struct verifying *r, const struct payment *p)
{
	uint8_t bound[SECRET_HASH];
	struct challenge c;
	enum err e = challenge_get(r->db, r->row, p->challenge, &c);

	if (e != OK)
		return e == ERR_MISSING;
	payment_bound(p, bound);
	return secret_equal(bound, c.bound, sizeof bound);
}

/* What does not hold, or NULL. */
static const char *
fault(struct verifying *r, const uint8_t id[SECRET_ID], const char *currency)
{
	struct payment p;

	if (!money_known(currency) ||
	    payment_get(r->db, r->row, id, &p) != OK)
		return "what it pays cannot be read.";
	if (!is_ordered(r, &p))
		return "it is not what its code was asked for.";
	return is_held(r, &p) ? NULL : "what it pays is not held.";
}

void
verify_payments(struct verifying *r)
{
	struct stmt *q = db_sql(r->db, "SELECT id, currency FROM payment "
				       "WHERE state = 'waiting' ORDER BY id");
	char text[SECRET_ID_TEXT];
	uint8_t id[SECRET_ID];
	const char *why;

	while (db_row(q)) {
		verify_count(r, VERIFY_PAYMENTS);
		db_copy(q, "id", id, sizeof id);
		if ((why = fault(r, id, db_text(q, "currency"))) != NULL)
			verify_fail(r, VERIFY_PAYMENTS, "Payment %s: %s",
				    secret_id_text(text, id), why);
		pool_reset(r->row);
	}
	if (db_done(q) != OK)
		verify_broken(r, VERIFY_PAYMENTS);
}
