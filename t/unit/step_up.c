/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* step_up.c: tests of what needs a code given a moment ago. */
#include <string.h>

#include "fcgi-apps/front.h"
#include "lib/clock.h"
#include "t/lib/visit.h"
#include "t/tap.h"

static enum err
guarded(struct req *rq, struct resp *rs)
{
	enum err e = front_confirmed(rq);

	return e != OK ? e : resp_see(rq, rs, 204, NULL, "/done");
}

static const struct route routes[] = {
	{GET, "/guarded", guarded, 0},
	{POST, "/guarded", guarded, 0},
};
static const struct app guarded_app = {
	.name = "guarded", APP_ROUTES(routes), .ask = front_ask,
	.frame = front_frame};

static int
program(struct bank *b, const char *token)
{
	return answer_status(bank_ask_json(b, &guarded_app, "GET /guarded",
					   token, NULL, NULL));
}

static void
test_programs(struct bank *b)
{
	const char *token = bank_token(b, "anna"), *a;
	struct visit v = visit_begin(b, "anna");
	int64_t now = clock_now();

	is_int(program(b, v.cookie), 204, "who just signed in gave a code");
	clock_freeze(now + 10 * CLOCK_MINUTE - 1);
	bank_tamper(b, "UPDATE session SET last_seen = last_seen + 600000");
	is_int(program(b, v.cookie), 204, "which counts for ten minutes");
	clock_freeze(now + 10 * CLOCK_MINUTE);
	is_int(program(b, v.cookie), 403, "and no longer");
	clock_freeze(now - 1);
	is_int(program(b, v.cookie), 403, "nor before it was given");
	clock_freeze(now);
	a = bank_ask_json(b, &guarded_app, "GET /guarded", token, NULL, NULL);
	is_int(answer_status(a), 403, "an operator's token never gave one");
	is_text(answer_text(b, a, "code"), "otp", "and is told what is asked");
}

static void
test_pages(struct bank *b)
{
	struct visit v = visit_begin(b, "anna");
	const char *a;

	bank_tamper(b, "UPDATE session SET confirmed_at = NULL");
	a = visit_get(&v, &guarded_app, "/guarded?a=b&c=d");
	is_int(answer_status(a), 303, "a page leads to the code");
	is_text(answer_header(b, a, "Location"),
		"/step-up?next=/guarded%3Fa%3Db%26c%3Dd",
		"and will come back to itself");
	a = visit_post(&v, &guarded_app, "/guarded", "next=/limits");
	is_text(answer_header(b, a, "Location"), "/step-up?next=/limits",
		"a form to where it says");
	a = visit_post(&v, &guarded_app, "/guarded", "a=b");
	is_text(answer_header(b, a, "Location"), "/step-up",
		"or nowhere in particular");
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	test_programs(&b);
	test_pages(&b);
	bank_close(&b);
	return tap_done();
}
