/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* boot_check.c: is the book what the customers were told? */
#include "bench/boot.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bank/idem.h"
#include "bank/ledger.h"
#include "bank/verify.h"

static void
complain(const struct machine *m, const struct note *n, const char *what)
{
	dprintf(STDERR_FILENO,
		"# boot %" PRId64 ", power lost as in %d: order %s of %" PRId64
		" from %" PRId64 " to %" PRId64 ": %s\n",
		m->boots, (int)m->fate, n->key, n->minor, n->from, n->to,
		what);
}

static enum err
find_key(struct db *db, struct note *n)
{
	struct idem i = {.user = n->user, .key = n->key};
	enum err e;

	if (n->kind != ORDER_PAY)
		return OK;
	if ((e = idem_find(db, &i)) != OK)
		return e;
	if (i.result == IDEM_NONE)
		return ERR_MISSING;
	if (n->state == NOTE_ACKED && memcmp(n->id, i.subject, SECRET_ID) != 0)
		return ERR_CONFLICT;
	memcpy(n->id, i.subject, SECRET_ID);
	return OK;
}

/* The transfer with exactly its two postings. */
static enum err
find_transfer(struct db *db, const struct note *n)
{
	struct stmt *q = db_sql(db,
		"SELECT t.purpose, t.amount, f.amount AS paid, o.amount AS got "
		"FROM transfer t LEFT JOIN posting f ON f.id = "
		POSTING_ID("t.from_account", "t.from_seq")
		" AND f.transfer = t.id LEFT JOIN posting o ON o.id = "
		POSTING_ID("t.to_account", "t.to_seq")
		" AND o.transfer = t.id WHERE t.id = :id "
		"AND t.from_account = :from AND t.to_account = :to");
	enum err e = ERR_MISSING, done;

	db_put_blob(q, "id", n->id, SECRET_ID);
	db_put_int(q, "from", n->from);
	db_put_int(q, "to", n->to);
	if (db_row(q))
		e = strcmp(db_text(q, "purpose"), n->key) == 0 &&
				    db_int(q, "amount") == n->minor &&
				    db_int(q, "paid") == -n->minor &&
				    db_int(q, "got") == n->minor
			    ? OK
			    : ERR_CONFLICT;
	done = db_done(q);
	return done != OK ? done : e;
}

static enum err
find_hold(struct db *db, const struct note *n)
{
	struct stmt *q = db_sql(db, "SELECT amount FROM hold WHERE id = :id "
				    "AND account = :account");
	enum err e = ERR_MISSING, done;

	db_put_blob(q, "id", n->id, SECRET_ID);
	db_put_int(q, "account", n->from);
	if (db_row(q))
		e = db_int(q, "amount") == n->minor ? OK : ERR_CONFLICT;
	done = db_done(q);
	return done != OK ? done : e;
}

static enum err
find(struct db *db, struct note *n)
{
	enum err e = find_key(db, n);

	if (e != OK)
		return e;
	if (n->kind == ORDER_HOLD)
		return find_hold(db, n);
	e = find_transfer(db, n);
	return e == ERR_MISSING && n->kind == ORDER_PAY ? ERR_CONFLICT : e;
}

static void
apply(struct machine *m, const struct note *n)
{
	struct head *from = &m->now[n->from - m->first];
	struct head *to = &m->now[n->to - m->first];

	if (n->kind == ORDER_HOLD) {
		from->held += n->minor;
		return;
	}
	from->balance -= n->minor;
	from->seq++;
	to->balance += n->minor;
	to->seq++;
}

/* What each customer was told, against the book. False: it cannot be read. */
static bool
notes_check(struct machine *m, struct db *db)
{
	struct note *n;
	enum err e;

	for (n = m->notes; n < m->notes + m->note_count; n++) {
		if (n->state == NOTE_BLANK)
			continue;
		e = find(db, n);
		n->present = e == OK;
		if (n->present && !n->counted)
			apply(m, n);
		if (e == ERR_MISSING && n->state == NOTE_ACKED) {
			m->lost++;
			complain(m, n, "acknowledged and lost");
		} else if (e == OK && n->state == NOTE_REFUSED) {
			m->resurrected++;
			complain(m, n, "refused and booked all the same");
		} else if (e == ERR_CONFLICT) {
			m->half++;
			complain(m, n, "half of it is there");
		} else if (e != OK && e != ERR_MISSING) {
			return false;
		}
	}
	return true;
}

/* One account as it stands, its head's posting beside it. */
static bool
account_check(struct machine *m, struct stmt *q)
{
	int64_t id = db_int(q, "id") - m->first;
	const struct head *h = &m->now[id];
	int64_t seq = db_int(q, "seq"), balance = db_int(q, "balance");

	if (seq > h->seq)
		m->twice++;
	else if (seq < h->seq)
		m->half++;
	else if (balance != h->balance || db_int(q, "held") != h->held ||
		 !db_int(q, "fits"))
		m->drift++;
	else
		return true;
	dprintf(STDERR_FILENO,
		"# boot %" PRId64 ", power lost as in %d: account %" PRId64
		": posting %" PRId64 " balance %" PRId64 " held %" PRId64
		" fits %d, expected %" PRId64 " %" PRId64 " %" PRId64 "\n",
		m->boots, (int)m->fate, id + m->first, seq, balance,
		db_int(q, "held"), (int)db_int(q, "fits"), h->seq, h->balance,
		h->held);
	return false;
}

/* Every account of every customer. False: it cannot be read. */
static bool
accounts_check(struct machine *m, struct db *db, bool *good)
{
	struct stmt *q = db_sql(db,
		"SELECT a.id, a.seq, a.balance, a.held, coalesce("
		"p.balance_after = a.balance AND p.hash = a.hash, 0) AS fits "
		"FROM account a LEFT JOIN posting p ON p.id = "
		POSTING_ID("a.id", "a.seq")
		" WHERE a.id >= :first ORDER BY a.id");
	int64_t seen = 0;

	*good = true;
	db_put_int(q, "first", m->first);
	while (db_row(q) && *good) {
		*good = account_check(m, q);
		seen++;
	}
	return db_done(q) == OK && (seen == m->accounts || !*good);
}

/* Everything from end to end, as the operator's verify does. */
static void
bank_check(struct machine *m, struct db *db)
{
	struct pool *pool = pool_new();
	struct verify v;
	int i;

	verify_bank(db, pool, NULL, &v);
	m->verified++;
	m->drift += !v.ok;
	for (i = 0; i < VERIFY_CHECKS; i++)
		if (!v.checks[i].ok)
			dprintf(STDERR_FILENO, "# boot %" PRId64 ": %s: %s\n",
				m->boots, v.checks[i].name,
				v.checks[i].detail);
	pool_free(pool);
}

void
notes_keep(struct machine *m, int count)
{
	memset(m->notes + count, 0,
	       (size_t)(m->note_count - count) * sizeof *m->notes);
	m->note_count = count;
}

/* After a power failure what was found is on the disk for good. What nobody
 * was told is asked again; what was refused, or has no key and is not there,
 * must not come back once more. */
static void
notes_settle(struct machine *m)
{
	struct note *n, *keep = m->notes;

	memcpy(m->base, m->now, heads_size(m));
	for (n = m->notes; n < m->notes + m->note_count; n++) {
		bool asks = n->state == NOTE_SENT && !n->counted &&
			    (n->kind == ORDER_PAY || !n->present);

		n->counted |= n->present;
		if (asks)
			*keep++ = *n;
	}
	notes_keep(m, (int)(keep - m->notes));
}

int
boot_check(struct machine *m, struct db *db)
{
	bool good;

	memcpy(m->now, m->base, heads_size(m));
	if (!notes_check(m, db) || !accounts_check(m, db, &good))
		return BOOT_UNREADABLE;
	if (good && m->full_check)
		bank_check(m, db);
	db_rest(db);
	if (!good)
		return BOOT_HARMED;
	if (m->fate != DISK_KEEP)
		notes_settle(m);
	return 0;
}
