/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* form.c: tests of fields read into a struct. */
#include "lib/form.h"
#include "lib/clock.h"
#include "t/tap.h"

struct order {
	const char *to, *purpose, *body, *code, *direction;
	struct money amount, least;
	long limit;
	int32_t day;
	uint8_t id[16], other[16];
};

static const struct field fields[] = {
    FORM_TEXT(struct order, to, 5, 10),
    FORM_TEXT(struct order, purpose, 0, 10),
    FORM_LINES(struct order, body, 0, 20),
    FORM_SECRET(struct order, code, 0, 8),
    FORM_CHOICE(struct order, direction, "any|in|out"),
    FORM_MONEY(struct order, amount),
    FORM_MONEY_OR_NONE(struct order, least),
    FORM_INT(struct order, limit, 1, 200),
    FORM_DATE_OR_NONE(struct order, day),
    FORM_ID(struct order, id),
    FORM_ID_OR_NONE(struct order, other),
};

#define ID "01920000-0000-7000-8000-0123456789ab"
#define GOOD "to=12345&amount=1.50&id=" ID

static struct pool *pool;
static struct req rq;
static struct order order;

static void
start(void)
{
	rq = (struct req){.pool = pool};
	order = (struct order){.limit = 50, .day = -1};
	order.amount = order.least = money_of(0, "EUR");
}

static enum err
form(const char *text)
{
	start();
	if (http_urlencoded(pool, text, strlen(text), &rq.params) != OK)
		return ERR_BAD;
	return form_read(&rq, fields, FORM_COUNT(fields), &order);
}

static enum err
json(const char *text)
{
	start();
	if (http_json(pool, text, strlen(text), &rq.params, &rq.json) != OK)
		return ERR_BAD;
	return form_read(&rq, fields, FORM_COUNT(fields), &order);
}

/* What was said about a field; "" if nothing. */
static const char *
said(const char *field)
{
	const struct note *n;

	for (n = rq.notes; n != NULL; n = n->next)
		if (strcmp(n->field, field) == 0)
			return n->message;
	return "";
}

static void
test_good(void)
{
	char text[MONEY_TEXT], date[CLOCK_DATE];

	is_int(form(GOOD), OK, "the least that must be given is enough");
	is_text(order.purpose, "", "an optional text is then empty");
	is_text(order.direction, "any", "a choice is then its first");
	is_int(order.limit, 50, "a number is then unchanged");
	is_int(order.day, -1, "and a date");
	is_text(money_text(text, order.amount), "1.50", "an amount is read");
	ok(order.id[0] == 0x01 && order.id[15] == 0xab, "an id is read");
	is_int(form(GOOD "&purpose=%E3%80%80+Miete%C2%A0&code=+x+&direction=out"
			 "&least=1%27234,50&limit=200&day=2026-11-22"
			 "&body=%0Aa%0D%0Ab%0Dc%09&other=" ID),
	       OK, "everything given is read");
	is_text(order.purpose, "Miete", "white space of any script is trimmed");
	is_text(order.code, " x ", "a secret is not trimmed");
	is_text(order.direction, "out", "a choice is read");
	is_text(money_text(text, order.least), "1234.50",
		"a person's amount is read as people write");
	is_int(order.limit, 200, "a number is read");
	is_text(clock_date(date, order.day), "2026-11-22", "a date is read");
	is_text(order.body, "a\nb\nc", "lines end in one way");
	is_int(form("to=%C3%A4%C3%A4%C3%A4%C3%A4%C3%A4%C3%A4%C3%A4%C3%A4%C3%A4"
		    "%C3%A4&amount=1&id=" ID),
	       OK, "length is counted in characters");
}

static void
test_all_at_once(void)
{
	is_int(form("to=+&direction=up&limit=x&day=2026-02-30&amount=0&other=9"
		    "&code=123456789&purpose=a%0Ab"),
	       ERR_INPUT, "a bad form is refused");
	is_text(said("to"), "Please fill this in.", "blank is not filled in");
	is_text(said("id"), "Please fill this in.", "nor is absent");
	is_text(said("direction"), "Please choose one of the choices.",
		"a word that is no choice");
	is_text(said("limit"), "Please write a whole number.",
		"a word that is no number");
	is_text(said("day"), "Please write the date as YYYY-MM-DD.",
		"a day that is not in the calendar");
	is_text(said("amount"), "The amount must be more than zero.",
		"nothing cannot be paid");
	is_text(said("other"), "This is not a valid id.", "a torn id");
	is_text(said("code"), "This is too long.", "a long secret");
	is_text(said("purpose"),
		"This contains characters that cannot be used.",
		"a line end in a line");
	is_text(rq.notes->field, "to", "complaints come in the form's order");
	is_int(order.limit, 50, "a refused field changes nothing");
	is_int(form(GOOD "&least=1.234"), ERR_INPUT,
	       "an amount with two readings is refused");
	ok(strlen(said("least")) > 0 &&
	       strcmp(said("least"), "This is not an amount we can read."),
	   "and both readings are shown");
	form("to=1234&id=" ID "&amount=-5&limit=0");
	is_text(said("to"), "This is too short.", "a short text");
	ok(*said("amount") != '\0', "less than nothing cannot be paid");
	is_text(said("limit"), "This number is too small.", "a small number");
	form(GOOD "&limit=201&least=abc");
	is_text(said("limit"), "This number is too large.", "a large number");
	is_text(said("least"), "This is not an amount we can read.",
		"letters are no amount");
	form(GOOD "&limit=99999999999999999999");
	is_text(said("limit"), "Please write a whole number.",
		"a number beyond the machine's");
	form(GOOD "&to=54321");
	is_text(said("to"), "Please give this only once.",
		"a field sent twice is refused");
}

static void
test_hidden(void)
{
	static const char *const bad[] = {
	    "a%07",	   "a%7Fb",	  "a%C2%85b", "%E2%80%AEgnp.exe",
	    "a%E2%81%A6b", "a%E2%80%A8b", "%1Ba"};
	char text[200];
	size_t i;

	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		snprintf(text, sizeof text, GOOD "&purpose=%s", bad[i]);
		is_int(form(text), ERR_INPUT, "purpose=%s is refused", bad[i]);
	}
	is_int(form(GOOD "&body=a%1Bb"), ERR_INPUT, "so it is among lines");
	is_int(form(GOOD "&purpose=%D7%90%E2%80%8Fb"), OK,
	       "a mark that scripts from the right need is not");
}

static void
test_json(void)
{
	is_int(json("{\"to\":\"12345\",\"amount\":\"1.50\",\"id\":\"" ID "\","
		    "\"limit\":7,\"purpose\":null,\"least\":null}"),
	       OK, "a program's form is read");
	is_int(order.limit, 7, "a number may be a number");
	is_int(json("{\"to\":12345,\"amount\":1.5,\"id\":[],\"limit\":7.0,"
		    "\"purpose\":true,\"direction\":false,\"day\":20261122}"),
	       ERR_INPUT, "a program's bad form is refused");
	is_text(said("to"), "This must be text.", "an account is no number");
	is_text(said("amount"), "Write the amount as text, like \"12.34\".",
		"an amount is never a JSON number");
	is_text(said("id"), "This must be text.", "an id is no list");
	is_text(said("limit"), "Please write a whole number.",
		"7.0 is no whole number");
	is_text(said("purpose"), "This must be text.", "true is no purpose");
	json("{\"to\":\"12345\",\"amount\":\"1,50\",\"id\":\"" ID "\"}");
	is_text(said("amount"), "This is not an amount we can read.",
		"a program writes amounts with a point");
	json("{\"to\":\"12345\",\"amount\":\"-1.50\",\"id\":\"" ID "\"}");
	is_text(said("amount"), "The amount must be more than zero.",
		"nor pays less than nothing");
	json("{\"to\":\"12345\",\"amount\":\"1,50\",\"id\":\"" ID "\"}");
	rq.who.by_cookie = true;
	rq.notes = rq.last_note = NULL;
	is_int(form_read(&rq, fields, FORM_COUNT(fields), &order), OK,
	       "a person's page may send what the person typed");
}

static void
test_strange(void)
{
	struct pair *p;

	start();
	p = pairs_add(pool, &rq.params, "to", "");
	p->kind = PAIR_FILE;
	p->value = "\xff\xff";
	p->len = 2;
	pairs_add(pool, &rq.params, "purpose", "a\xff");
	form_read(&rq, fields, FORM_COUNT(fields), &order);
	is_text(said("to"), "This must be text.", "a file is no text");
	is_text(said("purpose"),
		"This contains characters that cannot be used.",
		"nor are bytes of no script");
}

int
main(void)
{
	pool = pool_new();
	test_good();
	test_all_at_once();
	test_hidden();
	test_json();
	test_strange();
	pool_free(pool);
	return tap_done();
}
