/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* identity_screen.c: applications looked up in the screening lists. */
#include <string.h>

#include "bank/identity.h"
#include "bank/screening.h"

static const char *
member(json_object *o, const char *name)
{
	json_object *text;

	return json_object_object_get_ex(o, name, &text) &&
			       json_object_is_type(text, json_type_string)
		       ? json_object_get_string(text) : "";
}

/* The desk keeps a name, Didit a document with its own. "": neither. */
static const char *
name_of(struct pool *pool, json_object *evidence)
{
	json_object *document;
	const char *name = member(evidence, "name");

	if (*name == '\0' &&
	    json_object_object_get_ex(evidence, "document", &document)) {
		name = member(document, "full_name");
		if (*name == '\0')
			name = pool_printf(pool, "%s %s",
					   member(document, "first_name"),
					   member(document, "last_name"));
	}
	return pool_strdup(pool, name);
}

/* The name on the newest document that was read; NULL: none was. */
static const char *
name_shown(struct pool *pool, const struct identity_check *c)
{
	const char *name = NULL, *one;
	json_object *o;

	for (; c != NULL; c = c->next) {
		o = json_tokener_parse(c->evidence);
		one = name_of(pool, o);
		if (one[strspn(one, " ")] != '\0')
			name = one;
		json_object_put(o);
	}
	return name;
}

enum err
identity_screen(struct db *db, const struct application *a,
		const struct actor *who)
{
	struct pool *pool = pool_new();
	struct identity_check *checks;
	struct screening_match *list;
	enum err e = identity_checks(db, pool, a->id, &checks);

	if (e == OK)
		e = screening_of(db, pool, a, name_shown(pool, checks), &list);
	if (e == OK)
		e = screening_keep(db, pool, a, list, who);
	pool_free(pool);
	return e;
}

/* The next application that waits, behind ${id}; 0: none. */
static enum err
sent_next(struct db *db, int64_t *id)
{
	struct stmt *q = db_sql(db, "SELECT coalesce(min(id), 0) AS id "
				    "FROM application WHERE state = 'sent' "
				    "AND id > :id");

	db_put_int(q, "id", *id);
	*id = db_row(q) ? db_int(q, "id") : 0;
	return db_done(q);
}

enum err
identity_screen_sent(struct db *db, const struct actor *who, int64_t *count)
{
	struct pool *pool = pool_new();
	struct application a;
	int64_t id = 0;
	enum err e;

	*count = 0;
	while ((e = sent_next(db, &id)) == OK && id != 0) {
		if ((e = application_get(db, pool, id, &a)) != OK ||
		    (e = identity_screen(db, &a, who)) != OK)
			break;
		++*count;
		pool_reset(pool);
	}
	pool_free(pool);
	return e;
}
