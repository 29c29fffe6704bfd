/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* didit_faults.c: tests of checks by Didit while every statement fails once:
 * it is told, and nothing is half done. */
#include <string.h>

#include "lib/clock.h"
#include "t/lib/fault.h"
#include "t/lib/report.h"
#include "t/lib/visit.h"
#include "t/tap.h"

extern const struct app kyc_app;

static struct application a;
static struct didit_task task;
static struct didit_picture picture;
static const char *token;

static enum err
want(struct bank *b, struct pool *pool, void *arg)
{
	struct application fresh = a;

	(void)pool;
	(void)arg;
	return report_want(b, &fresh);
}

static enum err
take(struct bank *b, struct pool *pool, void *arg)
{
	(void)pool;
	(void)arg;
	return didit_take(b->db, b->pool, 0, &task);
}

static enum err
made(struct bank *b, struct pool *pool, void *arg)
{
	(void)pool;
	(void)arg;
	return didit_made(b->db, &task, "S-fault", "https://d.example");
}

static enum err
later(struct bank *b, struct pool *pool, void *arg)
{
	(void)pool;
	(void)arg;
	return didit_later(b->db, &task, BANK_NOW);
}

static enum err
given_up(struct bank *b, struct pool *pool, void *arg)
{
	(void)pool;
	(void)arg;
	return didit_given_up(b->db, &task, "away");
}

static enum err
back(struct bank *b, struct pool *pool, void *arg)
{
	(void)pool;
	(void)arg;
	return didit_back(b->db, task.state);
}

static enum err
picture_take(struct bank *b, struct pool *pool, void *arg)
{
	(void)pool;
	(void)arg;
	return didit_picture_take(b->db, b->pool, 0, &picture);
}

static enum err
picture_stale(struct bank *b, struct pool *pool, void *arg)
{
	(void)pool;
	(void)arg;
	return didit_picture_stale(b->db, &picture);
}

static enum err
told(struct bank *b, struct pool *pool, void *arg)
{
	enum didit_effect effect;

	(void)pool;
	return report_tell(b, arg, &effect);
}

/* The asking person's last look is noted by itself. */
static enum err
page(struct bank *b, struct pool *pool, void *arg)
{
	const char *what = arg;
	const char *answer = bank_ask(
		b, &kyc_app, what, *what == 'P' ? "" : NULL,
		"HTTP_ACCEPT=text/html",
		pool_printf(pool, "HTTP_AUTHORIZATION=Bearer %s", token), NULL);

	switch (answer_status(answer)) {
	case 200:
	case 303:
		return OK;
	case 503:
		return ERR_BUSY;
	}
	return ERR_INTERNAL;
}

static void
is_safe(struct bank *b, const char *name, fault_work *work, const void *arg)
{
	fault_loop(b, name, work, (void *)(uintptr_t)arg, OK);
}

static void
test_check(struct bank *b)
{
	is_safe(b, "a check that is wanted", want, NULL);
	is_safe(b, "a check that is taken", take, NULL);
	is_safe(b, "a check that is for later", later, NULL);
	is_safe(b, "a check that is made", made, NULL);
	is_safe(b, "the way back", back, NULL);
	is_safe(b, "a check that is given up", given_up, NULL);
}

static void
test_word(struct bank *b)
{
	struct report_of r = {
		.session = "S-word", .event = "E-word", .status = "Approved",
		.at = BANK_NOW / CLOCK_SECOND, .shape = 3,
		.pictures = "https://didit.me"};

	a = report_case(b, "S-word");
	r.name = a.reference;
	is_safe(b, "a word", told, &r);
	is_safe(b, "a picture that is taken", picture_take, NULL);
	is_safe(b, "a picture whose link has ended", picture_stale, NULL);
}

static void
test_pages(struct bank *b)
{
	a = apply_begin(b);
	apply_do(b, apply_mobile, &a);
	apply_do(b, apply_email, &a);
	apply_do(b, apply_details, &a);
	token = apply_session(b, &a);
	is_safe(b, "the page that begins", page, "GET /apply/identity");
	is_safe(b, "a check that is begun", page, "POST /verify-identity");
	is_safe(b, "the page that waits", page, "GET /apply/identity");
	is_int(didit_take(b->db, b->pool, 1000, &task), OK, "it is taken");
	is_int(didit_made(b->db, &task, "S-page", "https://d.example"), OK,
	       "and made");
	is_safe(b, "the page that leads on", page, "GET /apply/identity");
	is_safe(b, "the page that leads back", page,
		pool_printf(b->pool, "GET /apply/identity/back?state=%s",
			    task.state));
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	report_bank(&b);
	a = apply_begin(&b);
	test_check(&b);
	test_word(&b);
	test_pages(&b);
	bank_close(&b);
	return tap_done();
}
