/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* form.c: the only place where a stranger's parameters become typed values. */
#include "lib/form.h"

#include <stdlib.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/page.h"
#include "lib/secret.h"
#include "lib/utf8.h"

static const char EMPTY[] = "Please fill this in.";
static const char NOT_TEXT[] = "This must be text.";

static bool
is_twice(const struct pair *p)
{
	const char *name = p->name;

	while ((p = p->next) != NULL)
		if (strcmp(p->name, name) == 0)
			return true;
	return false;
}

/* Without white space at both ends, in pool memory. */
static const char *
trim(struct pool *pool, const char *text)
{
	const char *end = text + strlen(text), *at, *from = NULL, *to = text;

	for (at = text; at < end;) {
		const char *c = at;

		if (utf8_space(utf8_next(&at, end)))
			continue;
		if (from == NULL)
			from = c;
		to = at;
	}
	return from == NULL ? ""
			    : pool_strndup(pool, from, (size_t)(to - from));
}

/* Browsers send CRLF; the bank keeps LF. */
static char *
plain_lines(struct pool *pool, const char *text)
{
	char *copy = pool_strdup(pool, text), *to = copy;

	for (; *text != '\0'; text++)
		if (*text != '\r')
			*to++ = *text;
		else if (text[1] != '\n')
			*to++ = '\n';
	*to = '\0';
	return copy;
}

static bool
lines_hide(const char *text)
{
	const char *end = text + strlen(text);
	int32_t c;

	while (text < end) {
		c = utf8_next(&text, end);
		if (c != '\n' && c != '\t' && utf8_hidden(c))
			return true;
	}
	return false;
}

/* Each reader below returns a complaint, or NULL when the member is set. */

static const char *
read_text(struct req *rq, const struct field *f, const struct pair *p,
	  const char *text, const char **into)
{
	long length;

	if (p != NULL && (p->kind == PAIR_NUMBER || p->kind == PAIR_BOOL))
		return NOT_TEXT;
	if (*text == '\0' && f->min > 0)
		return EMPTY;
	if (f->kind == FORM_IS_LINES)
		text = plain_lines(rq->pool, text);
	if (f->kind == FORM_IS_LINES ? lines_hide(text) : utf8_hides(text))
		return "This contains characters that cannot be used.";
	length = utf8_length(text);
	if (length > f->max)
		return "This is too long.";
	if (length < f->min)
		return "This is too short.";
	*into = text;
	return NULL;
}

/* "1.234" can be two amounts: both, in the asker's words and marks. */
static const char *
which_amount(struct req *rq, const char *text, const char *currency)
{
	static const char question[] =
		"Did you mean {{#money}}{{one}} {{currency}}{{/money}} or "
		"{{#money}}{{two}} {{currency}}{{/money}}? "
		"Please write the decimals.";
	json_object *view = pool_json(rq->pool, json_object_new_object());
	struct buf b = {.pool = rq->pool};
	const char *words = page_words(rq->who.language, question);
	char amount[MONEY_TEXT];
	struct money m[2];

	if (!money_readings(text, currency, m))
		return NULL;
	json_object_object_add(
		view, "one", json_object_new_string(money_text(amount, m[0])));
	json_object_object_add(
		view, "two", json_object_new_string(money_text(amount, m[1])));
	json_object_object_add(view, "currency",
			       json_object_new_string(currency));
	return page_render_text(rq->pool, words, strlen(words), view,
				rq->who.language, &b) == OK
		       ? b.data
		       : NULL;
}

static const char *
read_money(struct req *rq, const struct field *f, const struct pair *p,
	   const char *text, struct money *into)
{
	bool person = rq->who.by_cookie || rq->json == NULL;
	struct money m = *into;
	const char *hint = NULL;
	enum err e;

	if (*text == '\0')
		return f->min > 0 ? EMPTY : NULL;
	if (p->kind == PAIR_NUMBER)
		return "Write the amount as text, like \"12.34\".";
	e = person ? money_read(text, into->currency, &m, &hint)
		   : money_parse(text, into->currency, &m);
	if (e != OK && hint != NULL)
		hint = which_amount(rq, text, into->currency);
	if (e != OK)
		return hint != NULL ? hint
				    : "This is not an amount we can read.";
	if (money_sign(m) <= 0)
		return "The amount must be more than zero.";
	*into = m;
	return NULL;
}

static const char *
read_int(const struct field *f, const char *text, long *into)
{
	const char *digits = text + (*text == '-');
	size_t n = strspn(digits, "0123456789");
	long value;

	if (*text == '\0')
		return NULL;
	if (n == 0 || n > 18 || digits[n] != '\0')
		return "Please write a whole number.";
	value = strtol(text, NULL, 10);
	if (value < f->min)
		return "This number is too small.";
	if (value > f->max)
		return "This number is too large.";
	*into = value;
	return NULL;
}

static const char *
read_date(const char *text, int32_t *into)
{
	int32_t day;

	if (*text == '\0')
		return NULL;
	if (!clock_parse_date(text, &day))
		return "Please write the date as YYYY-MM-DD.";
	*into = day;
	return NULL;
}

static const char *
read_choice(struct req *rq, const struct field *f, const char *text,
	    const char **into)
{
	const char *word = f->choices;
	size_t n;

	for (;; word += n + 1) {
		n = strcspn(word, "|");
		if (*text == '\0' ||
		    (strlen(text) == n && memcmp(word, text, n) == 0)) {
			*into = pool_strndup(rq->pool, word, n);
			return NULL;
		}
		if (word[n] == '\0')
			return "Please choose one of the choices.";
	}
}

static const char *
read_id(const struct field *f, const char *text, uint8_t into[16])
{
	uint8_t id[SECRET_ID];

	if (*text == '\0')
		return f->min > 0 ? EMPTY : NULL;
	if (!secret_id_parse(id, text))
		return "This is not a valid id.";
	memcpy(into, id, sizeof id);
	return NULL;
}

static const char *
read_field(struct req *rq, const struct field *f, void *at)
{
	const struct pair *p = pairs_find(&rq->params, f->name);
	const char *text = "";

	if (p != NULL && is_twice(p))
		return "Please give this only once.";
	if (p != NULL && (p->kind == PAIR_NESTED || p->kind == PAIR_FILE))
		return NOT_TEXT;
	if (p != NULL && !http_utf8(p->value, p->len))
		return "This contains characters that cannot be used.";
	if (p != NULL)
		text = f->kind == FORM_IS_SECRET ? p->value
						 : trim(rq->pool, p->value);
	switch (f->kind) {
	case FORM_IS_TEXT:
	case FORM_IS_LINES:
	case FORM_IS_SECRET:
		return read_text(rq, f, p, text, at);
	case FORM_IS_MONEY:
		return read_money(rq, f, p, text, at);
	case FORM_IS_INT:
		return read_int(f, text, at);
	case FORM_IS_DATE:
		return read_date(text, at);
	case FORM_IS_CHOICE:
		return read_choice(rq, f, text, at);
	case FORM_IS_ID:
		return read_id(f, text, at);
	}
	return NOT_TEXT;
}

enum err
form_read(struct req *rq, const struct field *fields, int count, void *into)
{
	const struct field *f;
	const char *complaint;
	enum err e = OK;

	for (f = fields; f < fields + count; f++) {
		complaint = read_field(rq, f, (char *)into + f->at);
		if (complaint != NULL)
			e = req_note(rq, f->name, complaint);
	}
	return e;
}
