/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* verify_transfer.c: that no transfer lacks a side. */
#include "bank/ledger.h"
#include "bank/verify_impl.h"

/* Every posting was found to be one side of its transfer, and no two can be
 * the same side; so if there are twice as many postings as transfers, each
 * transfer has both. Only if not is it worth looking which lacks one. */
static void
side_find(struct verifying *r)
{
	struct stmt *q = db_sql(r->db,
		"SELECT t.id, t.from_account, t.from_seq, t.to_account, "
		"t.to_seq, f.transfer AS paid FROM transfer t "
		"LEFT JOIN posting f ON f.id = "
		POSTING_ID("t.from_account", "t.from_seq")
		" AND f.transfer = t.id "
		"AND f.amount = -t.amount "
		"LEFT JOIN posting o ON o.id = "
		POSTING_ID("t.to_account", "t.to_seq")
		" AND o.transfer = t.id "
		"AND o.amount = t.amount "
		"WHERE f.transfer IS NULL OR o.transfer IS NULL LIMIT 1");
	const struct verify_account *a;
	char text[SECRET_ID_TEXT];
	uint8_t id[SECRET_ID];
	bool pays;

	if (db_row(q)) {
		pays = db_null(q, "paid");
		a = verify_find(r, db_int(q, pays ? "from_account"
						  : "to_account"));
		db_copy(q, "id", id, sizeof id);
		verify_fail(r, VERIFY_TRANSFERS,
			    "Transfer %s: its posting %lld on account %s is "
			    "not there.",
			    secret_id_text(text, id),
			    (long long)db_int(q, pays ? "from_seq" : "to_seq"),
			    a != NULL ? a->number : "(none)");
	}
	if (db_done(q) != OK)
		verify_broken(r, VERIFY_TRANSFERS);
}

void
verify_transfers(struct verifying *r)
{
	struct verify_check *c = &r->v->checks[VERIFY_TRANSFERS];
	int64_t postings = r->v->checks[VERIFY_POSTINGS].count;
	struct stmt *q = db_sql(r->db, "SELECT count(*) AS n FROM transfer");

	c->count = db_row(q) ? db_int(q, "n") : 0;
	if (db_done(q) != OK)
		verify_broken(r, VERIFY_TRANSFERS);
	if (postings != 2 * c->count || !r->v->checks[VERIFY_POSTINGS].ok)
		side_find(r);
	if (postings != 2 * c->count)
		verify_fail(r, VERIFY_TRANSFERS,
			    "There are %lld postings of %lld transfers.",
			    (long long)postings, (long long)c->count);
}
