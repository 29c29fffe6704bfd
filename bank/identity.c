/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* identity.c: the desk's look at a document, kept with what it found. */
#include "bank/identity.h"

#include <string.h>

#include "bank/document.h"
#include "bank/offer.h"
#include "bank/seal.h"
#include "lib/clock.h"

#define PLACE "identity_check.evidence"

static void
text_add(json_object *o, const char *name, const char *text)
{
	json_object_object_add(o, name, json_object_new_string(text));
}

static json_object *
mrz_json(const struct mrz *m)
{
	static const char *const forms[] = {"", "TD1", "TD2", "TD3"};
	const char sex[] = {m->sex, '\0'};
	json_object *o = json_object_new_object();
	json_object *lines = json_object_new_array();
	int i;

	for (i = 0; i < MRZ_LINES && m->line[i][0] != '\0'; i++)
		json_object_array_add(lines,
				      json_object_new_string(m->line[i]));
	text_add(o, "form", forms[m->form]);
	json_object_object_add(o, "lines", lines);
	text_add(o, "document", m->document);
	text_add(o, "issuer", m->issuer);
	text_add(o, "number", m->number);
	text_add(o, "nationality", m->nationality);
	text_add(o, "birth_date", m->birth_date);
	text_add(o, "expiry", m->expiry);
	text_add(o, "sex", sex);
	text_add(o, "family", m->family);
	text_add(o, "given", m->given);
	return o;
}

static json_object *
findings_json(const struct identity_finding *f)
{
	json_object *list = json_object_new_array(), *o;

	for (; f != NULL; f = f->next) {
		o = json_object_new_object();
		text_add(o, "name", f->name);
		text_add(o, "result", f->result);
		text_add(o, "why", f->why);
		json_object_array_add(list, o);
	}
	return list;
}

/* What one look is made of; ${m} is NULL if there are no lines. */
struct look {
	struct identity_desk *desk;
	const struct mrz *m;
	int32_t today;
};

static const char *
evidence(const struct look *l, const char *why)
{
	struct identity_desk *i = l->desk;
	json_object *o = pool_json(i->pool, json_object_new_object());

	text_add(o, "document_kind", i->document_kind);
	if (why != NULL)
		text_add(o, "why", why);
	if (l->m != NULL) {
		text_add(o, "name", pool_printf(i->pool, "%s %s", l->m->given,
						l->m->family));
		json_object_object_add(o, "findings",
				       findings_json(i->findings));
		json_object_object_add(o, "mrz", mrz_json(l->m));
	}
	return pool_strdup(i->pool, json_object_to_json_string_ext(
					    o, JSON_C_TO_STRING_PLAIN));
}

static enum err
check_put(struct db *db, const struct look *l, const char *why)
{
	struct stmt *q = db_sql(db,
		"INSERT INTO identity_check (id, application, provider, "
		"result, evidence, made_at) VALUES (:id, :application, "
		"'desk', :result, :evidence, :now)");
	uint8_t id[SECRET_ID];

	secret_id(id);
	db_put_blob(q, "id", id, sizeof id);
	db_put_int(q, "application", l->desk->application.id);
	db_put_text(q, "result", l->desk->result);
	seal_put(q, l->desk->pool, "evidence", PLACE, seal_row(id),
		 evidence(l, why));
	db_put_int(q, "now", clock_now());
	return db_done(q);
}

static enum err
looks_count(struct db *db, int64_t application, int64_t *n)
{
	struct stmt *q = db_sql(db, "SELECT count(*) AS n FROM identity_check "
				    "WHERE application = :application AND "
				    "provider = 'desk'");

	db_put_int(q, "application", application);
	*n = db_row(q) ? db_int(q, "n") : 0;
	return db_done(q);
}

/* Lines of a document whose picture nobody has. */
static enum err
picture_look(struct db *db, struct identity_desk *i)
{
	struct identity_finding **end = &i->findings;
	struct document *list;
	enum err e = document_list(db, i->pool, i->application.id, &list);

	if (e != OK || identity_picture(list, i->document_kind) != NULL)
		return e;
	while (*end != NULL)
		end = &(*end)->next;
	*end = pool_alloc(i->pool, sizeof **end);
	**end = (struct identity_finding){
		NULL, "pictures", "review",
		"no picture of such a document was sent"};
	if (strcmp(i->result, "passed") == 0)
		i->result = "review";
	return OK;
}

/* Who has tried often enough is looked at by people. */
static enum err
look_judge(struct db *db, struct look *l, const char **why)
{
	struct identity_desk *i = l->desk;
	struct details d;
	struct offer o;
	int64_t before;
	enum err e;

	i->result = "review";
	*why = NULL;
	if (l->m == NULL) {
		*why = "the lines cannot be read";
		return OK;
	}
	if ((e = details_read(i->pool, &i->application, &d)) != OK ||
	    (e = offer_get(db, i->pool, i->application.offer, &o)) != OK ||
	    (e = looks_count(db, i->application.id, &before)) != OK)
		return e;
	i->result = identity_compare(i->pool, l->m, &d, i->document_kind,
				     (int)o.age_min, l->today, &i->findings);
	if ((e = picture_look(db, i)) != OK || before < IDENTITY_CHECKS)
		return e;
	i->result = "review";
	*why = "shown often enough";
	return OK;
}

/* Not before there is something to compare it with, and a picture of it. */
static bool
is_time(const struct application *a)
{
	return application_open(a, "identity") && a->details_at != 0 &&
	       a->documents_at != 0;
}

static enum err
look_work(struct db *db, void *arg)
{
	struct look *l = arg;
	struct identity_desk *i = l->desk;
	const char *why;
	enum err e;

	i->findings = NULL;
	e = application_get(db, i->pool, i->application.id, &i->application);
	if (e != OK)
		return e;
	if (!is_time(&i->application))
		return ERR_CONFLICT;
	if ((e = look_judge(db, l, &why)) != OK ||
	    (e = check_put(db, l, why)) != OK)
		return e;
	return application_mark_identity(db, &i->application, "desk",
					 i->result, i->who);
}

enum err
identity_desk(struct db *db, struct identity_desk *i)
{
	struct look l = {.desk = i, .today = clock_day(clock_now())};
	struct mrz m;

	i->complaint = NULL;
	if (i->mrz[strspn(i->mrz, " \t\r\n")] != '\0') {
		i->complaint = mrz_read(i->mrz, l.today, &m);
		if (i->complaint == NULL && m.faults != 0)
			i->complaint = mrz_words(m.faults);
		if (i->complaint != NULL)
			return ERR_INPUT;
		l.m = &m;
	}
	return db_write(db, look_work, &l);
}

static enum err
check_read(struct stmt *q, struct pool *pool, struct identity_check *c)
{
	db_copy(q, "id", c->id, sizeof c->id);
	c->application = db_int(q, "application");
	c->provider = pool_strdup(pool, db_text(q, "provider"));
	c->result = pool_strdup(pool, db_text(q, "result"));
	c->made_at = db_int(q, "made_at");
	return seal_get(q, pool, "evidence", PLACE, seal_row(c->id),
			&c->evidence);
}

enum err
identity_checks(struct db *db, struct pool *pool, int64_t application,
		struct identity_check **list)
{
	struct stmt *q = db_sql(db,
		"SELECT id, application, provider, result, evidence, made_at "
		"FROM identity_check WHERE application = :application "
		"ORDER BY made_at, id");
	enum err e = OK, done;

	*list = NULL;
	db_put_int(q, "application", application);
	while (e == OK && db_row(q)) {
		*list = pool_alloc(pool, sizeof **list);
		e = check_read(q, pool, *list);
		list = &(*list)->next;
	}
	done = db_done(q);
	return e != OK ? e : done;
}
