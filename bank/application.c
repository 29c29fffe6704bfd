/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* application.c: reads applications, and knows what is done and what may be
 * done. */
#include "bank/application.h"

#include <string.h>

#include "bank/seal.h"

/* What is sealed, and where it belongs. */
static enum err
sealed_read(struct stmt *q, struct pool *pool, struct application *a)
{
	const struct {
		const char *column, *where, **text;
	} sealed[] = {
		{"name", "application.name", &a->name},
		{"email", "application.email", &a->email},
		{"mobile", "application.mobile", &a->mobile},
		{"details", "application.details", &a->details},
	};
	enum err e = OK;
	size_t i;

	for (i = 0; e == OK && i < sizeof sealed / sizeof *sealed; i++)
		e = seal_get(q, pool, sealed[i].column, sealed[i].where, a->id,
			     sealed[i].text);
	return e;
}

static void
times_read(struct stmt *q, struct application *a)
{
	a->mobile_at = db_int(q, "mobile_at");
	a->email_at = db_int(q, "email_at");
	a->details_at = db_int(q, "details_at");
	a->documents_at = db_int(q, "documents_at");
	a->created_at = db_int(q, "created_at");
	a->changed_at = db_int(q, "changed_at");
	a->sent_at = db_int(q, "sent_at");
	a->decided_at = db_int(q, "decided_at");
	a->expires_at = db_int(q, "expires_at");
	a->wiped_at = db_int(q, "wiped_at");
}

static enum err
application_read(struct stmt *q, struct pool *pool, struct application *a)
{
	*a = (struct application){.id = db_int(q, "id")};
	db_copy(q, "public_id", a->public_id, SECRET_ID);
	a->reference = pool_strdup(pool, db_text(q, "reference"));
	a->offer = pool_strdup(pool, db_text(q, "offer"));
	a->branch = pool_strdup(pool, db_text(q, "branch"));
	a->language = pool_strdup(pool, db_text(q, "language"));
	a->identity = pool_strdup(pool, db_text(q, "identity"));
	a->provider = pool_strdup(pool, db_text(q, "provider"));
	a->state = pool_strdup(pool, db_text(q, "state"));
	a->asked = pool_strdup(pool, db_text(q, "asked"));
	a->reason = pool_strdup(pool, db_text(q, "reason"));
	a->customer = db_int(q, "customer");
	a->account = db_int(q, "account");
	a->user = db_int(q, "bank_user");
	a->existing = db_int(q, "existing") != 0;
	times_read(q, a);
	return sealed_read(q, pool, a);
}

#define APPLICATION_SEEN                                                     \
	"SELECT id, public_id, reference, offer, branch, language, name, "   \
	"email, mobile, details, mobile_at, email_at, details_at, "          \
	"documents_at, identity, provider, state, asked, reason, customer, " \
	"account, existing, bank_user, created_at, changed_at, sent_at, "    \
	"decided_at, expires_at, wiped_at FROM application "

static enum err
application_one(struct stmt *q, struct pool *pool, struct application *out)
{
	enum err e = ERR_MISSING, done;

	if (db_row(q))
		e = application_read(q, pool, out);
	done = db_done(q);
	return done != OK ? done : e;
}

enum err
application_get(struct db *db, struct pool *pool, int64_t id,
		struct application *out)
{
	struct stmt *q = db_sql(db, APPLICATION_SEEN "WHERE id = :id");

	db_put_int(q, "id", id);
	return application_one(q, pool, out);
}

enum err
application_find(struct db *db, struct pool *pool,
		 const uint8_t public_id[SECRET_ID], struct application *out)
{
	struct stmt *q = db_sql(db, APPLICATION_SEEN
				"WHERE public_id = :public_id");

	db_put_blob(q, "public_id", public_id, SECRET_ID);
	return application_one(q, pool, out);
}

static bool
is(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

static bool
is_with_us(const struct application *a)
{
	return !is(a->state, "started") && !is(a->state, "asked");
}

/* In the order in which they are gone through. */
static const char *const names[APPLICATION_STEPS] = {
	"product", "branch", "contact", "mobile", "email", "details",
	"documents", "identity", "review", "sent"};

bool
application_done(const struct application *a, const char *step)
{
	const struct {
		const char *name;
		bool done;
	} steps[APPLICATION_STEPS] = {
		{"product", *a->offer != '\0'},
		{"branch", *a->branch != '\0'},
		{"contact", *a->name != '\0' || a->wiped_at != 0},
		{"mobile", a->mobile_at != 0},
		{"email", a->email_at != 0},
		{"details", a->details_at != 0},
		{"documents", a->documents_at != 0},
		{"identity", is(a->identity, "review") ||
				     is(a->identity, "passed")},
		{"review", is_with_us(a)},
		{"sent", is_with_us(a)},
	};
	int i;

	for (i = 0; i < APPLICATION_STEPS; i++)
		if (is(steps[i].name, step))
			return steps[i].done;
	return false;
}

void
application_steps(const struct application *a,
		  struct application_step steps[APPLICATION_STEPS])
{
	bool first = true;
	int i;

	for (i = 0; i < APPLICATION_STEPS; i++) {
		steps[i].name = names[i];
		steps[i].status = "done";
		if (application_done(a, names[i]))
			continue;
		steps[i].status = first ? "now" : "open";
		first = false;
	}
}

const char *
application_step(const struct application *a)
{
	int i = 0;

	while (i < APPLICATION_STEPS - 1 && application_done(a, names[i]))
		i++;
	return names[i];
}

/* Is the word one of those, which have blanks between them? */
static bool
is_among(const char *words, const char *word)
{
	size_t n, len = strlen(word);

	for (; *words != '\0'; words += n + (words[n] == ' ')) {
		n = strcspn(words, " ");
		if (n == len && memcmp(words, word, n) == 0)
			return true;
	}
	return false;
}

bool
application_open(const struct application *a, const char *step)
{
	bool known = a->mobile_at != 0 && a->email_at != 0;

	if (is(a->state, "asked"))
		return is_among(a->asked, step) ||
		       (is(step, "contact") &&
			(is_among(a->asked, "mobile") ||
			 is_among(a->asked, "email")));
	if (!is(a->state, "started"))
		return false;
	if (is(step, "details") || is(step, "documents") ||
	    is(step, "identity"))
		return known;
	return true;
}
