/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* identity_compare.c: a document's lines beside what the person says. */
#include "bank/identity.h"

#include <string.h>

#include "bank/document.h"
#include "lib/clock.h"
#include "lib/likeness.h"

/* Likeness of the names: alike, each part the same but for its spelling, or
 * only one of the two has it; below: maybe another's. A letter off is for
 * people to look at: documents are not mistyped. */
enum { ALIKE = 90, SAME = 95, OTHER = 60 };

static const char *const results[] = {"passed", "review", "failed"};
enum { PASSED, REVIEW, FAILED };

struct compare {
	struct pool *pool;
	const struct mrz *m;
	const struct details *d;
	const char *kind;
	int age_min;
	int32_t today;
	int worst;
	struct identity_finding **end;
};

static void
found(struct compare *c, const char *name, int result, const char *why)
{
	struct identity_finding *f = pool_alloc(c->pool, sizeof *f);

	f->name = name;
	f->result = results[result];
	f->why = why;
	*c->end = f;
	c->end = &f->next;
	if (result > c->worst)
		c->worst = result;
}

/* The form and the first letter of the code say what kind it is. */
static void
document_look(struct compare *c)
{
	bool passport = c->m->document[0] == 'P';
	bool said = strcmp(c->kind, "passport") == 0;

	if (passport == said)
		found(c, "document", PASSED,
		      pool_printf(c->pool, "%s of %s, check digits right",
				  passport ? "a passport" : "a card",
				  c->m->issuer));
	else
		found(c, "document", REVIEW,
		      pool_printf(c->pool, "said to be a %s, its lines are of "
				  "a %s", said ? "passport" : "card",
				  passport ? "passport" : "card"));
}

static struct likeness
names_compare(struct compare *c)
{
	struct likeness_name document, person;

	likeness_read(pool_printf(c->pool, "%s %s", c->m->family, c->m->given),
		      &document);
	likeness_read(pool_printf(c->pool, "%s %s", c->d->family_name,
				  c->d->given_names), &person);
	document.cut = c->m->cut;
	return likeness_of(&document, &person);
}

static bool
birth_same(const struct compare *c)
{
	return strcmp(c->m->birth_date, c->d->birth_date) == 0;
}

/* The document may know the year alone. */
static bool
birth_fits(const struct compare *c)
{
	return strncmp(c->m->birth_date, c->d->birth_date,
		       strlen(c->m->birth_date)) == 0;
}

static void
name_look(struct compare *c)
{
	struct likeness l = names_compare(c);
	const char *why = pool_printf(c->pool, "likeness %d: %s", l.score,
				      likeness_words(c->pool, &l));
	int i, least = 100;

	for (i = 0; i < l.count; i++)
		if (l.pair[i].fit < least)
			least = l.pair[i].fit;
	if (l.score >= ALIKE && least >= SAME)
		found(c, "name", PASSED, why);
	else
		found(c, "name",
		      l.score < OTHER && !birth_fits(c) ? FAILED : REVIEW,
		      why);
}

static void
birth_look(struct compare *c)
{
	if (birth_same(c))
		found(c, "birth_date", PASSED, "the same");
	else
		found(c, "birth_date", REVIEW,
		      pool_printf(c->pool, "on the document %s, said to be %s",
				  c->m->birth_date[0] != '\0'
					  ? c->m->birth_date : "unknown",
				  c->d->birth_date));
}

/* By the document; if that does not know the day, by what was said. */
static void
age_look(struct compare *c)
{
	const char *birth = strlen(c->m->birth_date) == 10 ? c->m->birth_date
							   : c->d->birth_date;
	int age = details_age(birth, c->today);

	found(c, "age", age < c->age_min ? FAILED : PASSED,
	      pool_printf(c->pool, "%d years, %d are needed", age,
			  c->age_min));
}

static void
nationality_look(struct compare *c)
{
	if (strcmp(c->m->alpha2, c->d->nationality) == 0)
		found(c, "nationality", PASSED, "the same");
	else
		found(c, "nationality", REVIEW,
		      pool_printf(c->pool, "on the document %s, said to be %s",
				  c->m->nationality, c->d->nationality));
}

static void
expiry_look(struct compare *c)
{
	char now[CLOCK_DATE];

	clock_date(now, c->today);
	if (c->m->expiry[0] == '\0')
		found(c, "expiry", REVIEW, "none on the document");
	else if (strcmp(c->m->expiry, now) < 0)
		found(c, "expiry", FAILED,
		      pool_printf(c->pool, "expired on %s", c->m->expiry));
	else
		found(c, "expiry", PASSED,
		      pool_printf(c->pool, "valid until %s", c->m->expiry));
}

const char *
identity_compare(struct pool *pool, const struct mrz *m,
		 const struct details *d, const char *document_kind,
		 int age_min, int32_t today, struct identity_finding **list)
{
	struct compare c = {.pool = pool, .m = m, .d = d,
			    .kind = document_kind, .age_min = age_min,
			    .today = today, .worst = PASSED, .end = list};

	*list = NULL;
	document_look(&c);
	name_look(&c);
	birth_look(&c);
	age_look(&c);
	nationality_look(&c);
	expiry_look(&c);
	return results[c.worst];
}

const struct document *
identity_picture(const struct document *list, const char *document_kind)
{
	const char *side = strcmp(document_kind, "passport") == 0 ? "front"
								  : "back";

	while (list != NULL && (strcmp(list->kind, document_kind) != 0 ||
				strcmp(list->side, side) != 0))
		list = list->next;
	return list;
}
