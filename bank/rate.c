/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* rate.c: the only reader and writer of rate. */
#include "bank/rate.h"

#include <arpa/inet.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/secret.h"
#include "lib/settings.h"

enum { HOUR = 60 * CLOCK_MINUTE, PREFIX_4 = 3, PREFIX_6 = 8 };

/* A name is part of the key: once given, for ever. */
static const struct rate_limit limits[RATES] = {
	[RATE_SIGNIN_USER] = {"signin.user", HOUR, 0},
	[RATE_SIGNIN_ADDRESS] = {"signin.address", HOUR, 0},
	[RATE_CODE_DEAD] = {"code.dead", CLOCK_DAY_MS, 3},
	[RATE_CODE_WRONG] = {"code.wrong", 3650ll * CLOCK_DAY_MS, 100},
	[RATE_RESEND] = {"code.resend", HOUR, 10},
	[RATE_WAITED] = {"captcha.waited", HOUR, 60},
	[RATE_USER_ID] = {"user_id", HOUR, 30},
	[RATE_EMERGENCY] = {"emergency", HOUR, 20},
	[RATE_APPLY_NEW] = {"apply.new", HOUR, 100},
	[RATE_APPLY_CODE] = {"apply.code", HOUR, 300},
	[RATE_APPLY_TO] = {"apply.to", CLOCK_DAY_MS, 10},
	[RATE_APPLY_OWN] = {"apply.own", CLOCK_DAY_MS, 20},
	[RATE_PICTURE] = {"picture", HOUR, 60},
};

/* What may be is the operator's to say for the door, else the table's; a count
 * without a bound is only looked at. */
struct rate_limit
rate_limit(enum rate_of of)
{
	struct rate_limit limit = limits[of];

	if (of == RATE_SIGNIN_ADDRESS)
		limit.max = settings()->LOGIN_ADDRESS_LIMIT;
	else if (limit.max == 0)
		limit.max = INT64_MAX;
	return limit;
}

/* Who is counted is not to be read from the table. */
static void
key_put(struct stmt *q, enum rate_of of, const char *who)
{
	struct piece pieces[] = {{limits[of].name, strlen(limits[of].name) + 1},
				 {who, strlen(who)}};
	uint8_t hash[SECRET_HASH], key[SECRET_HASH];

	secret_hash_pieces(hash, pieces, 2);
	secret_mac(key, SECRET_INDEX, hash, sizeof hash);
	db_put_blob(q, "rate_key", key, sizeof key);
}

static void
rate_read(struct stmt *q, enum rate_of of, struct rate *out)
{
	out->count = db_int(q, "count");
	out->wait_ms = db_int(q, "ends_at") - clock_now();
	out->full = out->count >= rate_limit(of).max;
}

enum err
rate_count(struct db *db, enum rate_of of, const char *who, struct rate *out)
{
	struct stmt *q = db_sql(db,
		"INSERT INTO rate (rate_key, count, ends_at) VALUES "
		"(:rate_key, 1, :ends_at) ON CONFLICT (rate_key) DO UPDATE SET "
		"count = CASE WHEN rate.ends_at <= :now THEN 1 "
		"ELSE rate.count + 1 END, "
		"ends_at = CASE WHEN rate.ends_at <= :now THEN :ends_at "
		"ELSE rate.ends_at END RETURNING count, ends_at");

	key_put(q, of, who);
	db_put_int(q, "now", clock_now());
	db_put_int(q, "ends_at", clock_now() + limits[of].window_ms);
	if (db_row(q) && out != NULL)
		rate_read(q, of, out);
	return db_done(q);
}

enum err
rate_look(struct db *db, enum rate_of of, const char *who, struct rate *out)
{
	struct stmt *q = db_sql(db, "SELECT count, ends_at FROM rate WHERE "
				    "rate_key = :rate_key AND ends_at > :now");

	*out = (struct rate){0};
	key_put(q, of, who);
	db_put_int(q, "now", clock_now());
	if (db_row(q))
		rate_read(q, of, out);
	return db_done(q);
}

enum err
rate_take(struct db *db, enum rate_of of, const char *who, struct rate *out)
{
	enum err e = rate_look(db, of, who, out);

	if (e != OK)
		return e;
	return out->full ? ERR_RATE : rate_count(db, of, who, out);
}

enum err
rate_forget(struct db *db, enum rate_of of, const char *who)
{
	struct stmt *q = db_sql(db, "DELETE FROM rate WHERE "
				    "rate_key = :rate_key");

	key_put(q, of, who);
	return db_done(q);
}

const char *
rate_address(struct pool *pool, const char *address)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	uint8_t six[16], *four = six + sizeof mapped;
	char text[INET6_ADDRSTRLEN];

	if (inet_pton(AF_INET6, address, six) != 1) {
		if (inet_pton(AF_INET, address, four) != 1)
			return address;
		memcpy(six, mapped, sizeof mapped);
	}
	if (memcmp(six, mapped, sizeof mapped) == 0) {
		memset(four + PREFIX_4, 0, 4 - PREFIX_4);
		inet_ntop(AF_INET, four, text, sizeof text);
		return pool_printf(pool, "%s/24", text);
	}
	memset(six + PREFIX_6, 0, sizeof six - PREFIX_6);
	inet_ntop(AF_INET6, six, text, sizeof text);
	return pool_printf(pool, "%s/64", text);
}
