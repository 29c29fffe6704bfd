/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* audit.c: the only writer of audit; each subject is its own chain. */
#include <string.h>

#include "bank/chain.h"
#include "bank/event.h"
#include "lib/clock.h"

const struct actor actor_operator = {"operator", 0, "", ""};
const struct actor actor_system = {"system", 0, "", ""};

void
audit_hash(const struct audit *a, const uint8_t previous[SECRET_HASH],
	   uint8_t hash[SECRET_HASH])
{
	struct chain c;

	chain_begin(&c, "clicknet audit 1");
	chain_int(&c, a->subject);
	chain_int(&c, a->seq);
	chain_int(&c, a->at);
	chain_text(&c, a->actor);
	chain_int(&c, a->actor_user);
	chain_text(&c, a->act);
	chain_text(&c, a->detail);
	chain_text(&c, a->address);
	chain_text(&c, a->device);
	chain_bytes(&c, previous, SECRET_HASH);
	chain_end(&c, hash);
}

static enum err
head_read(struct db *db, int64_t subject, int64_t *seq,
	  uint8_t hash[SECRET_HASH])
{
	struct stmt *q = db_sql(db, "SELECT seq, hash FROM audit_head "
				    "WHERE subject = :subject");

	*seq = 0;
	memset(hash, 0, SECRET_HASH);
	db_put_int(q, "subject", subject);
	if (db_row(q)) {
		*seq = db_int(q, "seq");
		db_copy(q, "hash", hash, SECRET_HASH);
	}
	return db_done(q);
}

static enum err
head_write(struct db *db, int64_t subject, int64_t seq,
	   const uint8_t hash[SECRET_HASH])
{
	struct stmt *q = db_sql(db,
		"INSERT INTO audit_head (subject, seq, hash) "
		"VALUES (:subject, :seq, :hash) ON CONFLICT (subject) DO "
		"UPDATE SET seq = excluded.seq, hash = excluded.hash");

	db_put_int(q, "subject", subject);
	db_put_int(q, "seq", seq);
	db_put_blob(q, "hash", hash, SECRET_HASH);
	return db_done(q);
}

static enum err
row_write(struct db *db, const struct audit *a,
	  const uint8_t hash[SECRET_HASH])
{
	struct stmt *q = db_sql(db,
		"INSERT INTO audit (subject, seq, at, actor, actor_user, act, "
		"detail, address, device, hash) VALUES (:subject, :seq, :at, "
		":actor, nullif(:actor_user, 0), :act, :detail, :address, "
		":device, :hash)");

	db_put_int(q, "subject", a->subject);
	db_put_int(q, "seq", a->seq);
	db_put_int(q, "at", a->at);
	db_put_text(q, "actor", a->actor);
	db_put_int(q, "actor_user", a->actor_user);
	db_put_text(q, "act", a->act);
	db_put_text(q, "detail", a->detail);
	db_put_text(q, "address", a->address);
	db_put_text(q, "device", a->device);
	db_put_blob(q, "hash", hash, SECRET_HASH);
	return db_done(q);
}

enum err
audit_add(struct db *db, int64_t subject, const struct actor *who,
	  const char *act, const char *detail)
{
	struct audit a = {
		.subject = subject, .at = clock_now(),
		.actor_user = who->user, .actor = who->kind, .act = act,
		.detail = detail, .address = who->address,
		.device = who->device};
	uint8_t hash[SECRET_HASH];
	enum err e;

	if ((e = head_read(db, subject, &a.seq, hash)) != OK)
		return e;
	a.seq++;
	audit_hash(&a, hash, hash);
	if ((e = row_write(db, &a, hash)) != OK)
		return e;
	return head_write(db, subject, a.seq, hash);
}
