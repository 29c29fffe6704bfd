/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* draft.c: the only reader and writer of draft. */
#include "bank/draft.h"

#include <string.h>

#include "bank/seal.h"
#include "lib/clock.h"

static int64_t
oldest(void)
{
	return clock_now() - DRAFT_HOURS * 60ll * CLOCK_MINUTE;
}

struct saving {
	struct pool *pool;
	int64_t user;
	const char *path, *fields;
};

static enum err
path_clear(struct db *db, const struct saving *s)
{
	struct stmt *q = db_sql(db, "DELETE FROM draft WHERE "
				    "bank_user = :bank_user AND path = :path");

	db_put_int(q, "bank_user", s->user);
	db_put_text(q, "path", s->path);
	return db_done(q);
}

/* Ids are ordered by time: the newest are the highest. */
static enum err
older_clear(struct db *db, const struct saving *s)
{
	struct stmt *q = db_sql(db,
		"DELETE FROM draft WHERE bank_user = :bank_user AND id NOT IN "
		"(SELECT id FROM draft WHERE bank_user = :bank_user "
		"ORDER BY id DESC LIMIT :count)");

	db_put_int(q, "bank_user", s->user);
	db_put_int(q, "count", DRAFT_COUNT);
	return db_done(q);
}

static enum err
draft_add(struct db *db, const struct saving *s)
{
	struct stmt *q = db_sql(db,
		"INSERT INTO draft (id, bank_user, path, fields, saved_at) "
		"VALUES (:id, :bank_user, :path, :fields, :now)");
	uint8_t id[SECRET_ID];

	secret_id(id);
	db_put_blob(q, "id", id, sizeof id);
	db_put_int(q, "bank_user", s->user);
	db_put_text(q, "path", s->path);
	seal_put(q, s->pool, "fields", "draft.fields", seal_row(id),
		 s->fields);
	db_put_int(q, "now", clock_now());
	return db_done(q);
}

static enum err
save_work(struct db *db, void *arg)
{
	const struct saving *s = arg;
	enum err e;

	if ((e = path_clear(db, s)) != OK || (e = draft_add(db, s)) != OK)
		return e;
	return older_clear(db, s);
}

enum err
draft_save(struct db *db, struct pool *pool, int64_t user, const char *path,
	   const char *fields)
{
	struct saving s = {pool, user, path, fields};

	if (strlen(fields) > DRAFT_BYTES)
		return ERR_TOO_BIG;
	return db_write(db, save_work, &s);
}

enum err
draft_get(struct db *db, struct pool *pool, int64_t user, const char *path,
	  struct draft *out)
{
	struct stmt *q = db_sql(db,
		"SELECT id, fields, saved_at FROM draft WHERE "
		"bank_user = :bank_user AND path = :path AND "
		"saved_at > :oldest");
	enum err e = ERR_MISSING, done;

	db_put_int(q, "bank_user", user);
	db_put_text(q, "path", path);
	db_put_int(q, "oldest", oldest());
	if (db_row(q)) {
		db_copy(q, "id", out->id, SECRET_ID);
		out->saved_at = db_int(q, "saved_at");
		e = seal_get(q, pool, "fields", "draft.fields",
			     seal_row(out->id), &out->fields);
	}
	done = db_done(q);
	return done != OK ? done : e;
}

static enum err
drop_work(struct db *db, void *arg)
{
	return path_clear(db, arg);
}

enum err
draft_drop(struct db *db, int64_t user, const char *path)
{
	struct saving s = {.user = user, .path = path};
	struct stmt *q = db_sql(db, "SELECT 1 AS one FROM draft WHERE "
				    "bank_user = :bank_user AND path = :path");
	bool found;
	enum err e;

	db_put_int(q, "bank_user", user);
	db_put_text(q, "path", path);
	found = db_row(q);
	if ((e = db_done(q)) != OK || !found)
		return e;
	return db_write(db, drop_work, &s);
}
