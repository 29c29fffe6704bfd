/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* password.c: the only judge of a password and keeper of past ones. */
#include "bank/password.h"

#include <ctype.h>
#include <string.h>

#include "bank/message.h"
#include "bank/user.h"
#include "lib/breach.h"
#include "lib/clock.h"
#include "lib/log.h"
#include "lib/settings.h"
#include "lib/utf8.h"

#ifndef CLICKNET_DATADIR
#define CLICKNET_DATADIR "/usr/share/clicknet"
#endif

struct secret_cost
password_cost(void)
{
	const struct settings *s = settings();

	return (struct secret_cost){(unsigned)s->PASSWORD_HASH_PASSES,
				    (unsigned)s->PASSWORD_HASH_KIB, 1,
				    (int)s->PASSWORD_HASH_NICE};
}

char *
password_encode(struct pool *pool, const char *password)
{
	return secret_password(pool, password, password_cost());
}

/* Letters A to Z and a to z, digits, and everything else. */
struct kinds {
	long upper, lower, digit, other;
};

static struct kinds
kinds_count(const char *password)
{
	struct kinds k = {0};
	unsigned char c;

	for (; (c = (unsigned char)*password) != '\0'; password++)
		if (c >= 'A' && c <= 'Z')
			k.upper++;
		else if (c >= 'a' && c <= 'z')
			k.lower++;
		else if (isdigit(c))
			k.digit++;
		else if ((c & 0xc0) != 0x80)
			k.other++;
	return k;
}

/* A list that cannot be read stops nobody; the operator is told. */
static bool
is_listed(const char *list, const char *path, const char *password,
	  enum err (*look)(const char *, const char *, bool *))
{
	bool found;
	enum err e = look(path, password, &found);

	if (e != OK)
		log_event("error", "passwords", "list", list, "code",
			  err_code(e), NULL);
	return found;
}

static bool
is_known(struct pool *pool, const char *password)
{
	const struct settings *s = settings();
	const char *share = *s->SHARE_DIR == '\0'
				    ? CLICKNET_DATADIR
				    : settings_beside(pool, s->SHARE_DIR);
	const char *file = settings_beside(pool, s->BREACH_FILE);
	bool found;

	if (is_listed("common",
		      pool_printf(pool, "%s/common-passwords.txt", share),
		      password, breach_common))
		return true;
	/* The operator need not have made one. */
	if (*file == '\0' || breach_find(file, password, &found) == ERR_MISSING)
		return false;
	return is_listed("breached", file, password, breach_find);
}

int
password_faults(struct pool *pool, const char *password,
		const char *faults[PASSWORD_FAULTS])
{
	const struct settings *s = settings();
	struct kinds k = kinds_count(password);
	long length = utf8_length(password);
	int n = 0;

	if (length < s->PASSWORD_POLICY_MIN_PASSWORD_LENGTH)
		faults[n++] = "This password is too short.";
	if (length > PASSWORD_MAX)
		faults[n++] = "This password is too long.";
	if (k.upper < s->PASSWORD_POLICY_MIN_CAPITAL_CHAR_COUNT)
		faults[n++] = "This password has too few capital letters.";
	if (k.lower < s->PASSWORD_POLICY_MIN_SMALL_CHAR_COUNT)
		faults[n++] = "This password has too few small letters.";
	if (k.digit < s->PASSWORD_POLICY_MIN_NUMBER_COUNT)
		faults[n++] = "This password has too few digits.";
	if (k.other < s->PASSWORD_POLICY_MIN_NON_ALPHA_NUMERIC_CHAR_COUNT)
		faults[n++] = "This password has too few signs that are "
			      "neither letters nor digits.";
	if (length <= PASSWORD_MAX && is_known(pool, password))
		faults[n++] = "This password is known to people who try them "
			      "out. Please choose another one.";
	return n;
}

/* The present one first, then the past ones, newest first. */
static enum err
past_list(struct db *db, struct pool *pool, int64_t user, const char **list,
	  int room, int *count)
{
	struct stmt *q = db_sql(db,
		"SELECT password FROM password_past WHERE "
		"bank_user = :bank_user ORDER BY seq DESC LIMIT :rows");
	struct user u;
	enum err e;

	*count = 0;
	db_put_int(q, "bank_user", user);
	db_put_int(q, "rows", room - 1);
	while (*count < room - 1 && db_row(q))
		list[++*count] = pool_strdup(pool, db_text(q, "password"));
	if ((e = db_done(q)) != OK || (e = user_get(db, pool, user, &u)) != OK)
		return e;
	list[0] = u.password;
	++*count;
	return OK;
}

enum err
password_used(struct db *db, struct pool *pool, int64_t user,
	      const char *password, bool *used)
{
	int room = (int)settings()->PASSWORD_HISTORY_COUNT + 1, n, i;
	const char **list = pool_alloc(pool, (size_t)room * sizeof *list);
	enum err e = past_list(db, pool, user, list, room, &n);

	*used = false;
	db_rest(db); /* no snapshot is held while hashing */
	for (i = 0; e == OK && !*used && i < n; i++)
		*used = secret_password_check(list[i], password,
					      password_cost(), NULL) == OK;
	return e;
}

static enum err
past_forget(struct db *db, int64_t user, int64_t last)
{
	struct stmt *q = db_sql(db,
		"DELETE FROM password_past WHERE bank_user = :bank_user AND "
		"seq <= :last");

	db_put_int(q, "bank_user", user);
	db_put_int(q, "last", last - settings()->PASSWORD_HISTORY_COUNT);
	return db_done(q);
}

static enum err
past_keep(struct db *db, int64_t user)
{
	struct stmt *q = db_sql(db,
		"INSERT INTO password_past (bank_user, seq, password) "
		"SELECT u.id, 1 + coalesce((SELECT max(p.seq) FROM "
		"password_past p WHERE p.bank_user = u.id), 0), u.password "
		"FROM bank_user u WHERE u.id = :bank_user RETURNING seq");
	int64_t seq;
	enum err e;

	db_put_int(q, "bank_user", user);
	seq = db_row(q) ? db_int(q, "seq") : 0;
	e = db_done(q);
	return e != OK ? e : past_forget(db, user, seq);
}

static enum err
resets_end(struct db *db, int64_t user)
{
	struct stmt *q = db_sql(db,
		"DELETE FROM password_reset WHERE bank_user = :bank_user OR "
		"expires_at <= :now");

	db_put_int(q, "bank_user", user);
	db_put_int(q, "now", clock_now());
	return db_done(q);
}

static enum err
set_tell(struct db *db, struct pool *pool, int64_t customer,
	 const struct actor *who)
{
	json_object *data;
	char at[CLOCK_RFC3339];

	if (customer == 0)
		return OK;
	data = pool_json(pool, json_object_new_object());
	json_object_object_add(data, "at", json_object_new_string(
		clock_rfc3339(at, clock_now())));
	json_object_object_add(data, "address",
			       json_object_new_string(who->address));
	return message_tell(db, pool, customer, "password-changed", data,
			    clock_now() + CLOCK_DAY_MS);
}

enum err
password_set(struct db *db, struct pool *pool, int64_t user,
	     const char *encoded, const struct actor *who)
{
	struct user u;
	enum err e;

	if ((e = user_get(db, pool, user, &u)) != OK ||
	    (e = past_keep(db, user)) != OK ||
	    (e = user_password(db, &u, encoded)) != OK ||
	    (e = resets_end(db, user)) != OK ||
	    (e = challenge_end_user(db, user)) != OK ||
	    (e = audit_add(db, u.customer, who, "password.set", "")) != OK)
		return e;
	return set_tell(db, pool, u.customer, who);
}
