/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* verify_audit.c: the record of who did what, and the data of people. */
#include <string.h>

#include "bank/application.h"
#include "bank/customer.h"
#include "bank/event.h"
#include "bank/verify_impl.h"

enum { RESET_EVERY = 500 };

/* How far one subject's record has come. */
struct record {
	int64_t subject, seq;
	bool begun, broken;
	uint8_t hash[SECRET_HASH];
};

static void
head_check(struct verifying *r, const struct record *k)
{
	struct stmt *q = db_sql(r->db, "SELECT seq, hash FROM audit_head "
				       "WHERE subject = :subject");
	uint8_t hash[SECRET_HASH];
	bool there;

	db_put_int(q, "subject", k->subject);
	if (!(there = db_row(q)))
		verify_fail(r, VERIFY_AUDIT,
			    "Audit of subject %lld: its head is missing.",
			    (long long)k->subject);
	else if (db_int(q, "seq") != k->seq)
		verify_fail(r, VERIFY_AUDIT,
			    "Audit of subject %lld: it ends at row %lld, its "
			    "head says %lld.",
			    (long long)k->subject, (long long)k->seq,
			    (long long)db_int(q, "seq"));
	if (there && (!db_copy(q, "hash", hash, sizeof hash) ||
		      memcmp(hash, k->hash, sizeof hash) != 0))
		verify_fail(r, VERIFY_AUDIT,
			    "Audit of subject %lld: its head's hash is not "
			    "that of row %lld.",
			    (long long)k->subject, (long long)k->seq);
	if (db_done(q) != OK)
		verify_broken(r, VERIFY_AUDIT);
}

static void
record_end(struct verifying *r, const struct record *k)
{
	if (k->begun && !k->broken)
		head_check(r, k);
}

static void
row_read(struct stmt *q, struct audit *a)
{
	a->subject = db_int(q, "subject");
	a->seq = db_int(q, "seq");
	a->at = db_int(q, "at");
	a->actor_user = db_int(q, "actor_user");
	a->actor = db_text(q, "actor");
	a->act = db_text(q, "act");
	a->detail = db_text(q, "detail");
	a->address = db_text(q, "address");
	a->device = db_text(q, "device");
}

static void
row_check(struct verifying *r, struct record *k, struct stmt *q)
{
	uint8_t have[SECRET_HASH], want[SECRET_HASH];
	struct audit a;

	row_read(q, &a);
	if (!k->begun || k->subject != a.subject) {
		record_end(r, k);
		*k = (struct record){.subject = a.subject, .begun = true};
		if (a.subject != 0 && db_null(q, "known"))
			verify_fail(r, VERIFY_AUDIT,
				    "Audit of subject %lld: there is no such "
				    "%s.", (long long)a.subject,
				    a.subject > 0 ? "customer" : "application");
	}
	if (a.seq != k->seq + 1) {
		verify_fail(r, VERIFY_AUDIT,
			    "Audit of subject %lld: row %lld is missing; row "
			    "%lld follows %lld.",
			    (long long)a.subject, (long long)k->seq + 1,
			    (long long)a.seq, (long long)k->seq);
		k->broken = true;
	}
	audit_hash(&a, k->hash, want);
	if (!db_copy(q, "hash", have, sizeof have) ||
	    memcmp(have, want, sizeof have) != 0)
		verify_fail(r, VERIFY_AUDIT,
			    "Audit of subject %lld, row %lld (%s): its hash "
			    "is not that of what stands there and of the row "
			    "before.",
			    (long long)a.subject, (long long)a.seq, a.act);
	k->seq = a.seq;
	memcpy(k->hash, have, sizeof have);
}

/* A head whose rows are all gone. */
static void
heads_check(struct verifying *r)
{
	struct stmt *q = db_sql(r->db,
		"SELECT h.subject FROM audit_head h WHERE NOT EXISTS "
		"(SELECT 1 FROM audit a WHERE a.subject = h.subject) LIMIT 1");

	if (db_row(q))
		verify_fail(r, VERIFY_AUDIT,
			    "Audit of subject %lld: all of its rows are gone.",
			    (long long)db_int(q, "subject"));
	if (db_done(q) != OK)
		verify_broken(r, VERIFY_AUDIT);
}

void
verify_audit(struct verifying *r)
{
	struct stmt *q = db_sql(r->db,
		"SELECT a.subject, a.seq, a.at, a.actor, a.actor_user, a.act, "
		"a.detail, a.address, a.device, a.hash, "
		"coalesce(c.id, p.id) AS known "
		"FROM audit a LEFT JOIN customer c ON c.id = a.subject "
		"LEFT JOIN application p ON p.id = -a.subject "
		"ORDER BY a.subject, a.seq");
	struct record k = {.begun = false};

	while (db_row(q)) {
		row_check(r, &k, q);
		verify_count(r, VERIFY_AUDIT);
	}
	if (db_done(q) != OK)
		verify_broken(r, VERIFY_AUDIT);
	record_end(r, &k);
	heads_check(r);
}

/* Strangers' data, as far as it was not wiped. */
static void
applications_check(struct verifying *r)
{
	struct stmt *q = db_sql(r->db, "SELECT id, reference FROM application "
				       "ORDER BY id");
	struct application a;

	while (db_row(q)) {
		verify_count(r, VERIFY_PEOPLE);
		if (application_get(r->db, r->row, db_int(q, "id"), &a) != OK)
			verify_fail(r, VERIFY_PEOPLE,
				    "Application %s: the sealed data does not "
				    "open.", db_text(q, "reference"));
		if (r->v->checks[VERIFY_PEOPLE].count % RESET_EVERY == 0)
			pool_reset(r->row);
	}
	if (db_done(q) != OK)
		verify_broken(r, VERIFY_PEOPLE);
}

void
verify_people(struct verifying *r)
{
	struct stmt *q = db_sql(r->db,
				"SELECT id, code FROM customer ORDER BY id");
	struct customer c;

	while (db_row(q)) {
		verify_count(r, VERIFY_PEOPLE);
		if (customer_get(r->db, r->row, db_int(q, "id"), &c) != OK)
			verify_fail(r, VERIFY_PEOPLE,
				    "Customer %s: the sealed data does not "
				    "open.", db_text(q, "code"));
		if (r->v->checks[VERIFY_PEOPLE].count % RESET_EVERY == 0)
			pool_reset(r->row);
	}
	if (db_done(q) != OK)
		verify_broken(r, VERIFY_PEOPLE);
	applications_check(r);
}
