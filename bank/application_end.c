/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* application_end.c: an application goes to the bank, comes back, is decided,
 * expires and is forgotten. */
#include <string.h>

#include "bank/application_impl.h"
#include "bank/application_session.h"
#include "bank/identity.h"
#include "bank/message.h"
#include "lib/clock.h"
#include "lib/settings.h"

enum err
application_send(struct db *db, struct application *a,
		 const struct actor *who)
{
	struct stmt *q;
	enum err e;

	if (strcmp(a->state, "sent") == 0)
		return OK;
	if (strcmp(application_step(a), "review") != 0)
		return ERR_CONFLICT;
	q = db_sql(db,
		"UPDATE application SET state = 'sent', asked = '', "
		"reason = '', sent_at = :now, changed_at = :now "
		"WHERE id = :id AND state IN ('started', 'asked')");
	a->state = "sent";
	a->asked = a->reason = "";
	a->sent_at = clock_now();
	e = application_wrote(db, q, a, who, "application.send", "");
	return e != OK ? e : identity_screen(db, a, &actor_system);
}

/* Is every word one of those the bank may ask for? Undoes them. */
static bool
steps_undo(struct application *a, const char *words)
{
	const struct {
		const char *name;
		int64_t *at;
	} steps[] = {{"mobile", &a->mobile_at},
		     {"email", &a->email_at},
		     {"details", &a->details_at},
		     {"documents", &a->documents_at},
		     {"identity", NULL}};
	enum { STEPS = sizeof steps / sizeof *steps };
	size_t n, i;

	for (; *words != '\0'; words += n + (words[n] == ' ')) {
		n = strcspn(words, " ");
		for (i = 0; i < STEPS; i++)
			if (strlen(steps[i].name) == n &&
			    memcmp(steps[i].name, words, n) == 0)
				break;
		if (i == STEPS)
			return false;
		if (steps[i].at != NULL)
			*steps[i].at = 0;
		else
			a->identity = "none";
	}
	return true;
}

enum err
application_ask(struct db *db, struct application *a, const char *steps,
		const char *reason, const struct actor *who)
{
	struct application undone = *a;
	struct stmt *q;

	if (*steps == '\0' || !steps_undo(&undone, steps))
		return ERR_INPUT;
	*a = undone;
	a->state = "asked";
	a->asked = steps;
	a->reason = reason;
	a->expires_at = application_term();
	q = db_sql(db,
		"UPDATE application SET state = 'asked', asked = :asked, "
		"reason = :reason, mobile_at = nullif(:mobile_at, 0), "
		"email_at = nullif(:email_at, 0), "
		"details_at = nullif(:details_at, 0), "
		"documents_at = nullif(:documents_at, 0), "
		"identity = :identity, expires_at = :expires_at, "
		"changed_at = :now WHERE id = :id AND state = 'sent'");
	db_put_text(q, "asked", steps);
	db_put_text(q, "reason", reason);
	db_put_int(q, "mobile_at", a->mobile_at);
	db_put_int(q, "email_at", a->email_at);
	db_put_int(q, "details_at", a->details_at);
	db_put_int(q, "documents_at", a->documents_at);
	db_put_text(q, "identity", a->identity);
	db_put_int(q, "expires_at", a->expires_at);
	return application_wrote(db, q, a, who, "application.ask", steps);
}

/* Who became its user is set later than the rest. */
static enum err
user_write(struct db *db, struct application *a, const struct actor *who)
{
	struct stmt *q = db_sql(db,
		"UPDATE application SET bank_user = :bank_user, "
		"changed_at = :now WHERE id = :id AND state = 'approved' AND "
		"bank_user IS NULL");

	db_put_int(q, "bank_user", a->user);
	return application_wrote(db, q, a, who, "application.user", "");
}

enum err
application_decide(struct db *db, struct application *a,
		   const struct actor *who)
{
	bool approved = strcmp(a->state, "approved") == 0;
	struct stmt *q;

	if (a->decided_at != 0)
		return user_write(db, a, who);
	q = db_sql(db,
		"UPDATE application SET state = :state, reason = :reason, "
		"customer = nullif(:customer, 0), "
		"account = nullif(:account, 0), "
		"bank_user = nullif(:bank_user, 0), existing = :existing, "
		"decided_at = :now, changed_at = :now "
		"WHERE id = :id AND state = 'sent'");
	db_put_text(q, "state", a->state);
	db_put_text(q, "reason", a->reason);
	db_put_int(q, "customer", a->customer);
	db_put_int(q, "account", a->account);
	db_put_int(q, "bank_user", a->user);
	db_put_int(q, "existing", a->existing);
	a->decided_at = clock_now();
	return application_wrote(db, q, a, who,
				 approved ? "application.approve"
					  : "application.decline",
				 a->reason);
}

static void
put(json_object *o, const char *name, const char *text)
{
	json_object_object_add(o, name, json_object_new_string(text));
}

enum err
application_tell(struct db *db, struct pool *pool,
		 const struct application *a, const char *template,
		 json_object *data)
{
	struct message_to to = {.language = a->language, .channel = "email",
				.address = a->email, .template = template,
				.expires_at = clock_now() + CLOCK_DAY_MS};

	if (*a->email == '\0')
		return OK; /* wiped */
	put(data, "name", a->name);
	put(data, "bank", settings()->BANK_NAME);
	put(data, "reference", a->reference);
	put(data, "base", settings()->PUBLIC_BASE_URL);
	return message_send_to(db, pool, &to, data);
}

/* Codes that were sent fit no more either: whose row has no address left, has
 * none to confirm. */
enum err
application_wipe(struct db *db, struct application *a,
		 const struct actor *who)
{
	struct stmt *q = db_sql(db,
		"UPDATE application SET name = NULL, email = NULL, "
		"mobile = NULL, email_index = NULL, mobile_index = NULL, "
		"tax_index = NULL, details = NULL, wiped_at = :now, "
		"changed_at = :now WHERE id = :id AND wiped_at IS NULL");
	enum err e;

	a->name = a->email = a->mobile = a->details = "";
	a->wiped_at = clock_now();
	e = application_wrote(db, q, a, who, "application.wipe", "");
	return e != OK ? e : application_session_end_all(db, a->id, NULL);
}

struct due {
	int64_t ids[APPLICATION_RUN];
	int count;
};

static enum err
due_find(struct db *db, struct due *d)
{
	struct stmt *q = db_sql(db,
		"SELECT id FROM application WHERE state IN ('started', "
		"'asked') AND expires_at <= :now ORDER BY id LIMIT :rows");

	d->count = 0;
	db_put_int(q, "now", clock_now());
	db_put_int(q, "rows", APPLICATION_RUN);
	while (d->count < APPLICATION_RUN && db_row(q))
		d->ids[d->count++] = db_int(q, "id");
	return db_done(q);
}

/* Sent in between: not any more. */
static enum err
expire_one(struct db *db, int64_t id)
{
	struct stmt *q = db_sql(db,
		"UPDATE application SET state = 'expired', changed_at = :now "
		"WHERE id = :id AND state IN ('started', 'asked')");
	struct application a = {.id = id};
	enum err e;

	e = application_wrote(db, q, &a, &actor_system, "application.expire",
			      "");
	if (e != OK)
		return e == ERR_CONFLICT ? OK : e;
	return application_wipe(db, &a, &actor_system);
}

static enum err
expire_work(struct db *db, void *arg)
{
	const struct due *d = arg;
	enum err e = OK;
	int i;

	for (i = 0; e == OK && i < d->count; i++)
		e = expire_one(db, d->ids[i]);
	return e;
}

enum err
application_expire_due(struct db *db)
{
	struct due d;
	enum err e;

	do {
		e = due_find(db, &d);
		db_rest(db);
		if (e == OK && d.count > 0)
			e = db_write(db, expire_work, &d);
	} while (e == OK && d.count == APPLICATION_RUN);
	return e;
}
