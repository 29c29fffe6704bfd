/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* didit_apply.c: what a word of Didit's means for the application. */
#include <string.h>

#include "bank/didit_impl.h"
#include "bank/identity.h"
#include "bank/seal.h"
#include "lib/clock.h"

/* Nothing is added to an application that waits for another check, or for
 * none any more. */
enum err
didit_application(struct db *db, struct didit_tell *t)
{
	struct application *a = &t->application;
	struct didit newest;
	enum err e;

	t->current = false;
	if ((e = application_get(db, t->pool, t->check.application, a)) !=
		    OK ||
	    (e = didit_of(db, t->pool, a->id, &newest)) != OK)
		return e;
	t->current = strcmp(newest.reference, t->check.reference) == 0 &&
		     strcmp(a->provider, "didit") == 0 &&
		     a->decided_at == 0 && a->wiped_at == 0 &&
		     strcmp(a->state, "expired") != 0;
	return OK;
}

/* As the desk words what it finds. */
static void
find(struct didit_tell *t, json_object *list, const char *name, bool good,
     const char *why)
{
	json_object *o = json_object_new_object();

	json_object_object_add(o, "name", json_object_new_string(name));
	json_object_object_add(o, "result", json_object_new_string(
		good ? "passed" : "review"));
	json_object_object_add(o, "why", json_object_new_string(why));
	json_object_array_add(list, o);
	if (!good)
		t->identity = "review";
}

/* That a document is good Didit says; that it is this person's, we see. */
static enum err
person_compare(struct didit_tell *t)
{
	json_object *list = json_object_new_array();
	const struct didit_word *w = t->word;
	struct details d;
	const char *why = "";
	enum err e;
	bool good;

	json_object_object_add(w->evidence, "findings", list);
	if ((e = details_read(t->pool, &t->application, &d)) != OK)
		return e;
	if (!w->seen) {
		find(t, list, "document", false, "Didit told of none");
		return OK;
	}
	good = didit_name_fits(t->pool, w, &d, &why);
	find(t, list, "name", good, why);
	good = *d.birth_date != '\0' &&
	       strcmp(d.birth_date, w->birth_date) == 0;
	find(t, list, "birth_date", good, good ? "the same" : "another");
	return OK;
}

static enum err
evidence_keep(struct db *db, const struct didit_tell *t)
{
	struct stmt *q = db_sql(db,
		"INSERT INTO identity_check (id, application, provider, "
		"result, evidence, made_at) VALUES (:id, :application, "
		"'didit', :result, :evidence, :now)");
	uint8_t id[SECRET_ID];

	secret_id(id);
	db_put_blob(q, "id", id, sizeof id);
	db_put_int(q, "application", t->application.id);
	db_put_text(q, "result", t->identity);
	seal_put(q, t->pool, "evidence", "identity_check.evidence",
		 seal_row(id),
		 json_object_to_json_string_ext(t->word->evidence,
						JSON_C_TO_STRING_PLAIN));
	db_put_int(q, "now", clock_now());
	return db_done(q);
}

/* What was sent before was looked up without the name on this document. */
static enum err
evidence_use(struct db *db, const struct didit_tell *t)
{
	enum err e = evidence_keep(db, t);

	if (e != OK || strcmp(t->application.state, "sent") != 0)
		return e;
	return identity_screen(db, &t->application, &actor_system);
}

/* The same again is no news. */
static enum err
identity_mark(struct db *db, struct didit_tell *t)
{
	struct application *a = &t->application;

	if (strcmp(a->identity, t->identity) == 0)
		return OK;
	return application_mark_identity(db, a, "didit", t->identity,
					 &actor_system);
}

enum err
didit_apply(struct db *db, struct didit_tell *t)
{
	enum err e = OK;

	t->identity = t->status->identity;
	if (strcmp(t->identity, "passed") == 0 ||
	    strcmp(t->identity, "review") == 0)
		e = person_compare(t);
	if (e == OK && strcmp(t->identity, "open") != 0 &&
	    strcmp(t->identity, "none") != 0)
		e = evidence_use(db, t);
	return e != OK ? e : identity_mark(db, t);
}
