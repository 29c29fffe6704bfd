/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* device.c: the only reader and writer of device. */
#include "bank/device.h"

#include <string.h>

#include "bank/notice.h"
#include "lib/clock.h"

/* A browser is known by its mark, a program by its name. */
static void
mark_hash(struct pool *pool, const struct device *d, const char *name,
	  uint8_t hash[SECRET_HASH])
{
	const char *text = d->program
				   ? pool_printf(pool, "program %s", name)
				   : pool_printf(pool, "browser %s", d->mark);

	secret_mac(hash, SECRET_TOKEN, text, strlen(text));
}

static void
mark_make(struct device *d)
{
	uint8_t random[32];

	secret_random(random, sizeof random);
	secret_base64url(d->mark, random, sizeof random);
}

/* A mark is kept only if we gave it, be it to somebody else at the same
 * browser: nobody is to choose one for others. */
static enum err
mark_choose(struct db *db, struct pool *pool, struct device *d)
{
	uint8_t hash[SECRET_HASH];
	struct stmt *q;
	bool ours;
	enum err e;

	if (d->brought == NULL || strlen(d->brought) != SESSION_TOKEN - 1) {
		mark_make(d);
		return OK;
	}
	memcpy(d->mark, d->brought, SESSION_TOKEN);
	mark_hash(pool, d, "", hash);
	q = db_sql(db, "SELECT 1 AS ours FROM device "
		       "WHERE token_hash = :token_hash LIMIT 1");
	db_put_blob(q, "token_hash", hash, sizeof hash);
	ours = db_row(q);
	if ((e = db_done(q)) == OK && !ours)
		mark_make(d);
	return e;
}

static enum err
device_again(struct db *db, const uint8_t hash[SECRET_HASH], int64_t user,
	     const char *name, bool *known)
{
	struct stmt *q = db_sql(db,
		"UPDATE device SET device = :device, last_at = :now "
		"WHERE token_hash = :token_hash AND bank_user = :bank_user");
	enum err e;

	db_put_text(q, "device", name);
	db_put_int(q, "now", clock_now());
	db_put_blob(q, "token_hash", hash, SECRET_HASH);
	db_put_int(q, "bank_user", user);
	e = db_done(q);
	*known = e == OK && db_changes(db) > 0;
	return e;
}

static enum err
device_add(struct db *db, const uint8_t hash[SECRET_HASH], int64_t user,
	   const char *name)
{
	struct stmt *q = db_sql(db,
		"INSERT INTO device (token_hash, bank_user, device, first_at, "
		"last_at) VALUES (:token_hash, :bank_user, :device, :now, "
		":now)");

	db_put_blob(q, "token_hash", hash, SECRET_HASH);
	db_put_int(q, "bank_user", user);
	db_put_text(q, "device", name);
	db_put_int(q, "now", clock_now());
	return db_done(q);
}

enum err
device_seen(struct db *db, struct pool *pool, struct device *d, int64_t user,
	    int64_t customer, const struct actor *who)
{
	uint8_t hash[SECRET_HASH];
	enum err e;

	d->mark[0] = '\0';
	if (!d->program && (e = mark_choose(db, pool, d)) != OK)
		return e;
	mark_hash(pool, d, who->device, hash);
	e = device_again(db, hash, user, who->device, &d->known);
	if (e != OK || d->known)
		return e;
	if ((e = device_add(db, hash, user, who->device)) != OK ||
	    (e = audit_add(db, customer, who, "device.new", "")) != OK)
		return e;
	return notice_queue(db, pool, customer, "new-device", NULL, who);
}
