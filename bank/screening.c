/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* screening.c: who on the lists somebody is like. */
#include "bank/screening.h"

#include <string.h>

#include "bank/details.h"
#include "bank/screening_impl.h"

struct search {
	struct db *db;
	struct pool *pool;
	struct likeness_name name;
	const char *birth_date, *country;
	struct screening_match *list;
};

static const struct {
	int least, more; /* likeness of names that is a hit; for the score */
	const char *word, *words;
} born[] = {
	[SCREENING_BORN_FAR] = {101, 0, "far", "born at another time"},
	[SCREENING_BORN_UNKNOWN] = {SCREENING_UNKNOWN, -10, "unknown",
				    "birth date not known"},
	[SCREENING_BORN_NEAR] = {SCREENING_NEAR, -3, "near",
				 "born about then"},
	[SCREENING_BORN_SAME] = {SCREENING_SAME, 5, "same", "born then"},
};

/* One of the countries of a list is the asked one? NULL: not known. */
static const char *
country_words(const char *country, const char *listed)
{
	const char *at = listed;

	if (*country == '\0' || *listed == '\0')
		return NULL;
	for (; *at != '\0'; at += strcspn(at, "|"), at += *at == '|')
		if (strcspn(at, "|") == strlen(country) &&
		    strncmp(at, country, strlen(country)) == 0)
			return "same";
	return "other";
}

static const char *
evidence(struct search *s, const struct screening_match *m,
	 const struct likeness *l, enum screening_born b)
{
	json_object *out = pool_json(s->pool, json_object_new_object());
	const char *country = country_words(s->country, m->country);

	json_object_object_add(out, "name", json_object_new_string(m->name));
	json_object_object_add(out, "birth_date",
			       json_object_new_string(m->birth_date));
	json_object_object_add(out, "country",
			       json_object_new_string(m->country));
	json_object_object_add(out, "likeness", likeness_json(l));
	json_object_object_add(out, "born",
			       json_object_new_string(born[b].word));
	json_object_object_add(out, "same_country",
			       json_object_new_string(
				       country != NULL ? country : "unknown"));
	json_object_object_add(out, "why", json_object_new_string(m->why));
	return pool_strdup(s->pool, json_object_to_json_string_ext(
					    out, JSON_C_TO_STRING_PLAIN));
}

static int
within(int score)
{
	return score < 0 ? 0 : score > 100 ? 100 : score;
}

/* The best of an entry stays, the list is in order of its scores. */
static void
match_put(struct search *s, struct screening_match *m)
{
	struct screening_match **at, *old;

	for (at = &s->list; (old = *at) != NULL; at = &old->next)
		if (strcmp(old->list, m->list) == 0 &&
		    strcmp(old->entry, m->entry) == 0) {
			if (old->score >= m->score)
				return;
			*at = old->next;
			break;
		}
	for (at = &s->list; *at != NULL && (*at)->score >= m->score;)
		at = &(*at)->next;
	m->next = *at;
	*at = m;
}

static void
match_make(struct search *s, struct stmt *q, const struct likeness *l,
	   enum screening_born b)
{
	struct screening_match *m = pool_alloc(s->pool, sizeof *m);
	const char *country;

	m->list = pool_strdup(s->pool, db_text(q, "list"));
	m->entry = pool_strdup(s->pool, db_text(q, "entry"));
	m->name = pool_strdup(s->pool, db_text(q, "name"));
	m->birth_date = pool_strdup(s->pool, db_text(q, "birth_date"));
	m->country = pool_strdup(s->pool, db_text(q, "country"));
	country = country_words(s->country, m->country);
	m->score = within(l->score + born[b].more +
			  (country != NULL && strcmp(country, "same") == 0
				   ? 2 : 0));
	m->why = pool_printf(s->pool, "%s%s; %s%s%s",
			     db_int(q, "alias") ? "an alias: " : "",
			     likeness_words(s->pool, l), born[b].words,
			     country != NULL ? "; country: " : "",
			     country != NULL ? country : "");
	m->evidence = evidence(s, m, l, b);
	match_put(s, m);
}

static enum err
candidate_look(struct search *s, int64_t id)
{
	struct stmt *q = db_sql(s->db,
		"SELECT list, entry, name, alias, birth_date, country "
		"FROM screening_name WHERE id = :id");
	struct likeness_name name;
	struct likeness l;
	enum screening_born b;

	db_put_int(q, "id", id);
	if (db_row(q)) {
		b = screening_born(s->birth_date, db_text(q, "birth_date"));
		if (b != SCREENING_BORN_FAR) {
			likeness_read(db_text(q, "name"), &name);
			l = likeness_of(&s->name, &name);
			if (l.score >= born[b].least)
				match_make(s, q, &l, b);
		}
	}
	return db_done(q);
}

static enum err
search_run(struct search *s, const char *name)
{
	struct pool *scratch = pool_new();
	struct screening_match *m;
	int64_t *names;
	int count, i;
	enum err e;

	likeness_read(name, &s->name);
	e = screening_candidates(s->db, scratch, &s->name, &names, &count);
	for (i = 0; e == OK && i < count; i++)
		e = candidate_look(s, names[i]);
	pool_free(scratch);
	for (m = s->list, i = 1; m != NULL; m = m->next, i++)
		if (i == SCREENING_MOST)
			m->next = NULL;
	return e;
}

enum err
screening_search(struct db *db, struct pool *pool, const char *name,
		 const char *birth_date, const char *country,
		 struct screening_match **list)
{
	struct search s = {
		.db = db, .pool = pool,
		.birth_date = birth_date != NULL ? birth_date : "",
		.country = country != NULL ? country : ""};
	enum err e = search_run(&s, name);

	*list = s.list;
	return e;
}

enum err
screening_of(struct db *db, struct pool *pool, const struct application *a,
	     const char *also, struct screening_match **list)
{
	struct details d;
	struct search s = {.db = db, .pool = pool};
	const char *name;
	enum err e;

	*list = NULL;
	if ((e = details_read(pool, a, &d)) != OK)
		return e;
	s.birth_date = d.birth_date;
	s.country = d.nationality;
	name = pool_printf(pool, "%s %s", d.given_names, d.family_name);
	if ((e = search_run(&s, name)) == OK)
		e = search_run(&s, a->name);
	if (e == OK && also != NULL)
		e = search_run(&s, also);
	*list = s.list;
	return e;
}
