/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* user.c: the only writer of bank_user. */
#include "bank/user.h"

#include <ctype.h>
#include <string.h>

#include "bank/seal.h"
#include "lib/clock.h"
#include "lib/log.h"

const char *
user_normal(struct pool *pool, const char *user_id)
{
	char *text, *c;
	size_t len;

	while (isspace((unsigned char)*user_id))
		user_id++;
	len = strlen(user_id);
	while (len > 0 && isspace((unsigned char)user_id[len - 1]))
		len--;
	text = pool_strndup(pool, user_id, len);
	for (c = text; *c != '\0'; c++)
		*c = (char)tolower((unsigned char)*c);
	return text;
}

const char *
user_id_fault(const char *user_id)
{
	size_t len = strlen(user_id);

	if (len < 3)
		return "This is too short.";
	if (len > 40)
		return "This is too long.";
	if (strspn(user_id, "abcdefghijklmnopqrstuvwxyz0123456789._-@") != len)
		return "Please use letters, digits and . _ - @ only.";
	return NULL;
}

static void
user_chain(const struct user *u, struct chain *c)
{
	chain_begin(c, "bank_user");
	chain_int(c, u->id);
	chain_text(c, u->user_id);
	chain_int(c, u->customer);
	chain_text(c, u->role);
	chain_text(c, u->password);
	chain_int(c, u->password_set_at);
}

#define USER_SEEN                                                            \
	"SELECT id, customer, user_id, role, password, password_set_at, "    \
	"seal FROM bank_user "

static void
user_read(struct stmt *q, struct pool *pool, struct user *out)
{
	struct chain c;

	*out = (struct user){
		.id = db_int(q, "id"),
		.customer = db_int(q, "customer"),
		.user_id = pool_strdup(pool, db_text(q, "user_id")),
		.role = pool_strdup(pool, db_text(q, "role")),
		.password = pool_strdup(pool, db_text(q, "password")),
		.password_set_at = db_int(q, "password_set_at")};
	user_chain(out, &c);
	out->changed = !seal_fits(q, &c);
}

/* OK with the row in ${out}, or ERR_MISSING. */
static enum err
user_one(struct stmt *q, struct pool *pool, struct user *out)
{
	bool found;
	enum err e;

	if ((found = db_row(q)))
		user_read(q, pool, out);
	e = db_done(q);
	return e == OK && !found ? ERR_MISSING : e;
}

/* The same for who trusts the row. */
static enum err
user_sound(struct stmt *q, struct pool *pool, struct user *out)
{
	enum err e = user_one(q, pool, out);

	if (e != OK || !out->changed)
		return e;
	log_event("error", "changed by another", "user_id", out->user_id,
		  NULL);
	return ERR_CONFLICT;
}

enum err
user_find(struct db *db, struct pool *pool, const char *user_id,
	  struct user *out)
{
	struct stmt *q = db_sql(db, USER_SEEN "WHERE user_id = :user_id");

	db_put_text(q, "user_id", user_normal(pool, user_id));
	return user_sound(q, pool, out);
}

static struct stmt *
row_of(struct db *db, int64_t id)
{
	struct stmt *q = db_sql(db, USER_SEEN "WHERE id = :id");

	db_put_int(q, "id", id);
	return q;
}

enum err
user_get(struct db *db, struct pool *pool, int64_t id, struct user *out)
{
	return user_sound(row_of(db, id), pool, out);
}

static enum err
row_find(struct db *db, const char *user_id, int64_t *id)
{
	struct stmt *q = db_sql(db, "SELECT id FROM bank_user "
				    "WHERE user_id = :user_id");

	db_put_text(q, "user_id", user_id);
	*id = db_row(q) ? db_int(q, "id") : 0;
	return db_done(q);
}

enum err
user_or_other(struct db *db, struct pool *pool, const char *user_id,
	      uint64_t chance, struct user *out, bool *known)
{
	static _Atomic int64_t largest = 1; /* of the rows seen so far */
	int64_t id;
	enum err e = row_find(db, user_normal(pool, user_id), &id);

	if (e != OK)
		return e;
	*known = id != 0;
	if (id > largest)
		largest = id;
	if (!*known)
		id = 1 + (int64_t)(chance % (uint64_t)largest);
	*out = (struct user){.password = NULL};
	e = user_one(row_of(db, id), pool, out);
	return e == ERR_MISSING ? OK : e;
}

enum err
user_of(struct db *db, struct pool *pool, int64_t customer, struct user *out)
{
	struct stmt *q = db_sql(db, USER_SEEN "WHERE customer = :customer "
					      "ORDER BY id LIMIT 1");

	db_put_int(q, "customer", customer);
	return user_sound(q, pool, out);
}

enum err
user_name(struct db *db, struct pool *pool, int64_t id, const char **out)
{
	struct stmt *q = db_sql(db, "SELECT user_id FROM bank_user "
				    "WHERE id = :id");
	enum err e;

	*out = NULL;
	db_put_int(q, "id", id);
	if (db_row(q))
		*out = pool_strdup(pool, db_text(q, "user_id"));
	e = db_done(q);
	return e == OK && *out == NULL ? ERR_MISSING : e;
}

/* Its id is part of what is sealed. */
static enum err
next_id(struct db *db, int64_t *id)
{
	struct stmt *q = db_sql(db, "SELECT 1 + coalesce(max(id), 0) AS id "
				    "FROM bank_user");

	*id = db_row(q) ? db_int(q, "id") : 0;
	return db_done(q);
}

enum err
user_add(struct db *db, struct user *u, const struct actor *who)
{
	struct chain c;
	struct stmt *q;
	enum err e;

	if ((e = next_id(db, &u->id)) != OK)
		return e;
	u->password_set_at = clock_now();
	user_chain(u, &c);
	q = db_sql(db,
		"INSERT INTO bank_user (id, user_id, customer, role, "
		"password, password_set_at, created_at, seal) VALUES (:id, "
		":user_id, nullif(:customer, 0), :role, :password, "
		":created_at, :created_at, :seal)");
	db_put_int(q, "id", u->id);
	db_put_text(q, "user_id", u->user_id);
	db_put_int(q, "customer", u->customer);
	db_put_text(q, "role", u->role);
	db_put_text(q, "password", u->password);
	db_put_int(q, "created_at", u->password_set_at);
	seal_bind(q, &c);
	if ((e = db_done(q)) != OK)
		return e;
	return audit_add(db, u->customer, who, "user.add", u->user_id);
}

static enum err
password_write(struct db *db, const struct user *u)
{
	struct chain c;
	struct stmt *q = db_sql(db,
		"UPDATE bank_user SET password = :password, "
		"password_set_at = :set_at, seal = :seal WHERE id = :id");

	user_chain(u, &c);
	db_put_text(q, "password", u->password);
	db_put_int(q, "set_at", u->password_set_at);
	seal_bind(q, &c);
	db_put_int(q, "id", u->id);
	return db_done(q);
}

enum err
user_password(struct db *db, const struct user *u, const char *password)
{
	struct user now = *u;

	now.password = password;
	now.password_set_at = clock_now();
	return password_write(db, &now);
}

enum err
user_password_again(struct db *db, const struct user *u, const char *password)
{
	struct user now = *u;

	now.password = password;
	return password_write(db, &now);
}

enum err
user_check(struct db *db, int64_t *count,
	   void (*tell)(void *arg, const char *user_id), void *arg)
{
	struct stmt *q = db_sql(db, USER_SEEN "ORDER BY id");
	struct pool *pool = pool_new();
	struct user u;

	for (*count = 0; db_row(q); ++*count) {
		user_read(q, pool, &u);
		if (u.changed)
			tell(arg, u.user_id);
		pool_reset(pool);
	}
	pool_free(pool);
	return db_done(q);
}

/* One after the other: a row is not written while it is read. */
enum err
user_seal_all(struct db *db, struct pool *pool)
{
	struct user u = {.id = 0};
	enum err e;

	for (;;) {
		struct stmt *q = db_sql(db, USER_SEEN
					"WHERE id > :id ORDER BY id LIMIT 1");

		db_put_int(q, "id", u.id);
		if ((e = user_one(q, pool, &u)) != OK ||
		    (e = password_write(db, &u)) != OK)
			return e == ERR_MISSING ? OK : e;
	}
}
