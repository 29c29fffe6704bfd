/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* document.c: makes the lines of document.h. */
#include "t/lib/document.h"

#include <string.h>

#include "bank/event.h"
#include "lib/mrz.h"
#include "t/lib/bank.h"

static const char *
filled(struct pool *pool, const char *text, int width)
{
	char *out = pool_alloc(pool, (size_t)width + 1);
	size_t len = strlen(text);

	memset(out, '<', (size_t)width);
	memcpy(out, text, len < (size_t)width ? len : (size_t)width);
	return out;
}

/* With its check digit behind it. */
static const char *
checked(struct pool *pool, const char *text, int width)
{
	const char *field = filled(pool, text, width);

	return pool_printf(pool, "%s%d", field, mrz_digit(field, width));
}

static const char *
passport(struct pool *pool, const struct document_lines *d)
{
	const char *number = checked(pool, d->number, 9);
	const char *birth = checked(pool, d->birth, 6);
	const char *expiry = checked(pool, d->expiry, 6);
	const char *rest = checked(pool, "", 14);
	const char *whole = pool_printf(pool, "%s%s%s%s", number, birth,
					expiry, rest);

	return pool_printf(pool, "P<%s%s\n%s%s%s%c%s%s%d", d->state,
			   filled(pool, pool_printf(pool, "%s<<%s", d->family,
						    d->given), 39),
			   number, d->state, birth, d->sex, expiry, rest,
			   mrz_digit(whole, (int)strlen(whole)));
}

static const char *
card(struct pool *pool, const struct document_lines *d)
{
	const char *number = checked(pool, d->number, 9);
	const char *birth = checked(pool, d->birth, 6);
	const char *expiry = checked(pool, d->expiry, 6);
	const char *first = filled(pool, "", 15), *more = filled(pool, "", 11);
	const char *whole = pool_printf(pool, "%s%s%s%s%s", number, first,
					birth, expiry, more);

	return pool_printf(pool, "%s%s%s%s\n%s%c%s%s%s%d\n%s",
			   filled(pool, d->code, 2), d->state, number, first,
			   birth, d->sex, expiry, d->state, more,
			   mrz_digit(whole, (int)strlen(whole)),
			   filled(pool, pool_printf(pool, "%s<<%s", d->family,
						    d->given), 30));
}

const char *
document_lines(struct pool *pool, const struct document_lines *d)
{
	return *d->code == 'P' ? passport(pool, d) : card(pool, d);
}

struct document_lines
document_nora(void)
{
	return (struct document_lines){
		.code = "P", .state = "D<<", .number = "C01X00T47",
		.family = "NEU", .given = "NORA", .birth = "940228",
		.expiry = "301231", .sex = 'F'};
}

struct sent {
	int64_t id;
	const char *kind;
};

static enum err
sent_work(struct db *db, void *arg)
{
	struct sent *s = arg;
	struct stmt *q = db_sql(db,
		"INSERT INTO document (id, application, kind, side, source, "
		"width, height, size, sha256, made_at) SELECT randomblob(16), "
		":application, :kind, value, 'person', 400, 300, 1, "
		"zeroblob(32), 1 FROM json_each(:sides)");

	db_put_int(q, "application", s->id);
	db_put_text(q, "kind", s->kind);
	db_put_text(q, "sides", strcmp(s->kind, "passport") == 0
					? "[\"front\"]"
					: "[\"front\",\"back\"]");
	return db_done(q);
}

void
document_sent(struct bank *b, int64_t id, const char *kind)
{
	struct sent s = {id, kind};

	db_write(b->db, sent_work, &s);
}
