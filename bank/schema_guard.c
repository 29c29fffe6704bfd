/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* schema_guard.c: what a trigger must say that keeps final rows final. */
#include <ctype.h>
#include <string.h>

#include "bank/schema.h"

/* As db/schema.sql makes them. */
static const struct {
	const char *name, *event, *table, *what;
} guards[] = {
	{"posting_is_final_update", "UPDATE", "posting", "a posting"},
	{"posting_is_final_delete", "DELETE", "posting", "a posting"},
	{"transfer_is_final_update", "UPDATE", "transfer", "a transfer"},
	{"transfer_is_final_delete", "DELETE", "transfer", "a transfer"},
	{"audit_is_final_update", "UPDATE", "audit", "an audit row"},
	{"audit_is_final_delete", "DELETE", "audit", "an audit row"},
	{"signature_is_final_update", "UPDATE", "signature", "a signature"},
	{"signature_is_final_delete", "DELETE", "signature", "a signature"},
	{"decision_is_final_update", "UPDATE", "decision", "a decision"},
	{"decision_is_final_delete", "DELETE", "decision", "a decision"},
};
enum { GUARDS = sizeof guards / sizeof *guards };

/* The same words, whatever lies between them. */
static bool
same_words(const char *a, const char *b)
{
	for (;;) {
		while (isspace((unsigned char)*a))
			a++;
		while (isspace((unsigned char)*b))
			b++;
		if (*a != *b)
			return false;
		if (*a == '\0')
			return true;
		a++;
		b++;
	}
}

static const char *
guard_fault(struct db *db, struct pool *pool, int i)
{
	const char *is, *should = pool_printf(pool,
		"CREATE TRIGGER %s BEFORE %s ON %s "
		"BEGIN SELECT RAISE(ABORT, '%s is final'); END",
		guards[i].name, guards[i].event, guards[i].table,
		guards[i].what);

	if (db_defined(db, pool, "trigger", guards[i].name, &is) != OK)
		return pool_printf(pool, "The triggers cannot be read: %s",
				   db_error(db));
	if (is == NULL)
		return pool_printf(pool, "The trigger %s is missing.",
				   guards[i].name);
	if (!same_words(is, should))
		return pool_printf(pool, "The trigger %s was changed.",
				   guards[i].name);
	return NULL;
}

const char *
schema_guards(struct db *db, struct pool *pool, int *count)
{
	const char *fault = NULL;
	int i;

	*count = GUARDS;
	for (i = 0; i < GUARDS && fault == NULL; i++)
		fault = guard_fault(db, pool, i);
	return fault;
}
