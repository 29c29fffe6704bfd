/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* user.c: the only writer of bank_user. */
#include "bank/user.h"

#include <ctype.h>
#include <string.h>

#include "lib/clock.h"

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

/* OK with the row standing in ${out}, or ERR_MISSING. */
static enum err
user_read(struct stmt *q, struct pool *pool, struct user *out)
{
	bool found;
	enum err e;

	if ((found = db_row(q)))
		*out = (struct user){
			.id = db_int(q, "id"),
			.customer = db_int(q, "customer"),
			.user_id = pool_strdup(pool, db_text(q, "user_id")),
			.role = pool_strdup(pool, db_text(q, "role")),
			.password = pool_strdup(pool, db_text(q, "password"))};
	e = db_done(q);
	return e == OK && !found ? ERR_MISSING : e;
}

#define USER_SEEN                                                            \
	"SELECT id, customer, user_id, role, password FROM bank_user "

enum err
user_find(struct db *db, struct pool *pool, const char *user_id,
	  struct user *out)
{
	struct stmt *q = db_sql(db, USER_SEEN "WHERE user_id = :user_id");

	db_put_text(q, "user_id", user_normal(pool, user_id));
	return user_read(q, pool, out);
}

enum err
user_get(struct db *db, struct pool *pool, int64_t id, struct user *out)
{
	struct stmt *q = db_sql(db, USER_SEEN "WHERE id = :id");

	db_put_int(q, "id", id);
	return user_read(q, pool, out);
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
	e = user_get(db, pool, id, out);
	return e == ERR_MISSING ? OK : e;
}

enum err
user_of(struct db *db, struct pool *pool, int64_t customer, struct user *out)
{
	struct stmt *q = db_sql(db, USER_SEEN "WHERE customer = :customer "
					      "ORDER BY id LIMIT 1");

	db_put_int(q, "customer", customer);
	return user_read(q, pool, out);
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

enum err
user_add(struct db *db, struct user *u, const struct actor *who)
{
	struct stmt *q = db_sql(db,
		"INSERT INTO bank_user (user_id, customer, role, password, "
		"password_set_at, created_at) VALUES (:user_id, "
		"nullif(:customer, 0), :role, :password, :created_at, "
		":created_at) RETURNING id");
	enum err e;

	db_put_text(q, "user_id", u->user_id);
	db_put_int(q, "customer", u->customer);
	db_put_text(q, "role", u->role);
	db_put_text(q, "password", u->password);
	db_put_int(q, "created_at", clock_now());
	u->id = db_row(q) ? db_int(q, "id") : 0;
	if ((e = db_done(q)) != OK)
		return e;
	return audit_add(db, u->customer, who, "user.add", u->user_id);
}

enum err
user_password(struct db *db, int64_t id, const char *password)
{
	struct stmt *q = db_sql(db,
		"UPDATE bank_user SET password = :password, "
		"password_set_at = :now WHERE id = :id");

	db_put_text(q, "password", password);
	db_put_int(q, "now", clock_now());
	db_put_int(q, "id", id);
	return db_done(q);
}
