/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* activity.c: tests of what a person reads of what was done in their name. */
#include "bank/activity.h"

#include <string.h>

#include "lib/clock.h"
#include "t/lib/deal.h"
#include "t/lib/fault.h"
#include "t/lib/visit.h"
#include "t/tap.h"

static enum err
add_work(struct db *db, void *arg)
{
	struct bank *b = arg;
	struct actor staff = {"staff", 900, "10.1.2.3", "a counter"};
	enum err e;

	if ((e = audit_add(db, 0, &staff, "setting.set", "X")) != OK ||
	    (e = audit_add(db, b->anna, &staff, "user.unlock", "anna")) != OK)
		return e;
	return audit_add(db, b->anna, &actor_system, "no.such_act", "");
}

static json_object *
asked(struct bank *b, const char *token, const char *path)
{
	const char *a = bank_ask_json(b, &auth_app,
				      pool_printf(b->pool, "GET %s", path),
				      token, NULL, NULL);

	return pool_json(b->pool, json_tokener_parse(answer_body(a)));
}

static const char *
text_at(json_object *answer, int i, const char *name)
{
	json_object *list, *v = NULL;

	json_object_object_get_ex(answer, "activities", &list);
	json_object_object_get_ex(
		json_object_array_get_idx(list, (size_t)i), name, &v);
	return v != NULL ? json_object_get_string(v) : "";
}

static int
length(json_object *answer)
{
	json_object *list;

	return json_object_object_get_ex(answer, "activities", &list)
		       ? (int)json_object_array_length(list)
		       : -1;
}

static void
test_program(struct bank *b)
{
	const char *token = bank_token(b, "anna");
	json_object *o;

	db_write(b->db, add_work, b);
	o = asked(b, token, "/activity");
	is_text(text_at(o, 0, "text"), "Something was changed.",
		"an act nobody has words for is not hidden");
	is_text(text_at(o, 1, "text"), "Sign-in was unlocked.",
		"the newest come first, in words");
	is_text(text_at(o, 1, "act"), "user.unlock", "and by name");
	is_text(text_at(o, 1, "by"), "bank", "with who did it");
	is_text(text_at(o, 1, "ip"), "10.1.2.3", "from where");
	is_text(text_at(o, 1, "device"), "a counter", "with what");
	is_text(text_at(o, 1, "at"), "2026-11-20T10:00:00Z", "and when");
	is_text(text_at(o, 2, "by"), "bank", "a token is the operator's act");
	ok(strstr(json_object_to_json_string(o), "setting") == NULL,
	   "the bank's own record is not hers");
}

static void
test_pages(struct bank *b)
{
	const char *token = bank_token(b, "anna"), *cursor;
	json_object *all = asked(b, token, "/activity"), *o, *next;
	int n = length(all), seen = 0;

	ok(n > 3, "there is something to turn pages of");
	o = asked(b, token, "/activity?limit=2");
	while (length(o) > 0) {
		is_text(text_at(o, 0, "act"), text_at(all, seen, "act"),
			"page by page the same");
		seen += length(o);
		json_object_object_get_ex(o, "next", &next);
		if (next == NULL)
			break;
		cursor = json_object_get_string(next);
		o = asked(b, token,
			  pool_printf(b->pool, "/activity?limit=2&cursor=%s",
				      cursor));
	}
	is_int(seen, n, "and none twice or left out");
	o = asked(b, token, "/activity?limit=1");
	json_object_object_get_ex(o, "next", &next);
	cursor = json_object_get_string(next);
	is_int(answer_status(bank_ask_json(
		       b, &auth_app,
		       pool_printf(b->pool, "GET /activity?cursor=%s",
				   cursor),
		       bank_token(b, "ben"), NULL, NULL)),
	       422, "another's cursor is not known");
	is_int(answer_status(bank_ask_json(b, &auth_app,
					   "GET /activity?limit=201", token,
					   NULL, NULL)),
	       422, "more than 200 are not given");
}

static void
test_browser(struct bank *b)
{
	struct visit v = visit_begin(b, "anna");
	const char *a;

	visit_post(&v, &auth_app, "/login", "user_id=anna&password=wrong");
	a = visit_get(&v, &auth_app, "/activity?limit=4");
	ok(answer_status(a) == 200 &&
		   visit_has(a, "A wrong password was entered.") &&
		   visit_has(a, "By somebody not signed in") &&
		   visit_has(a, "This network") && !visit_has(a, "{{"),
	   "a person reads it");
	ok(visit_has(a, "Show older") &&
		   *answer_header(b, a, "Link") != '\0',
	   "and can go back");
	v.language = "de";
	a = visit_get(&v, &auth_app, "/activity");
	ok(visit_has(a, "Ein falsches Passwort wurde eingegeben.") &&
		   visit_has(a, "Durch die Bank"),
	   "in their language");
	a = visit_get(&v, &auth_app, "/activity?cursor=x");
	is_int(answer_status(a), 422, "a made-up cursor is refused");
}

static void
test_staff(struct bank *b)
{
	json_object *o;

	bank_arrange(b, "INSERT INTO bank_user (id, user_id, role, password, "
		       "created_at, password_set_at) VALUES "
		       "(900, 'tess', 'teller', '', 0, 0)");
	o = asked(b, bank_token(b, "tess"), "/activity");
	is_int(length(o), 1, "staff read of the bank's record what they did");
	is_text(text_at(o, 0, "act"), "setting.set", "themselves");
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	test_program(&b);
	test_pages(&b);
	test_browser(&b);
	test_staff(&b);
	is_text(activity_words("signout"), "Signed out.", "an act has words");
	ok(activity_words("no.such_act") == NULL, "or none");
	bank_close(&b);
	return tap_done();
}
