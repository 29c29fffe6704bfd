/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* told.c: an operator's words taken apart and translated. */
#include "fcgi-apps/kyc/told.h"

#include <ctype.h>
#include <string.h>

#include "fcgi-apps/view.h"
#include "lib/page.h"

/* The door has chosen the language. */
const char *
told_text(struct req *rq, const char *text)
{
	return page_words(rq->who.language, text);
}

/* The next part of *text up to one of ${ends}, blanks around it taken off;
 * pool memory. NULL: there is none any more. */
static const char *
part_take(struct pool *pool, const char **text, const char *ends)
{
	size_t len, kept;
	const char *part;

	*text += strspn(*text, " ");
	*text += strspn(*text, ends);
	*text += strspn(*text, " ");
	if (**text == '\0')
		return NULL;
	len = kept = strcspn(*text, ends);
	while (kept > 0 && (*text)[kept - 1] == ' ')
		kept--;
	part = pool_strndup(pool, *text, kept);
	*text += len;
	return part;
}

static json_object *
told_parts(struct req *rq, const char *text, const char *ends)
{
	json_object *list = json_object_new_array();
	const char *part;

	while ((part = part_take(rq->pool, &text, ends)) != NULL)
		json_object_array_add(list, json_object_new_string(
						    told_text(rq, part)));
	return list;
}

json_object *
told_lines(struct req *rq, const char *text)
{
	return told_parts(rq, text, "\n");
}

json_object *
told_words(struct req *rq, const char *text)
{
	return told_parts(rq, text, ",");
}

/* How long the days are that an opening time begins with; 0: it does not. */
static size_t
days_length(const char *text)
{
	const char *c = text;

	while (isupper((unsigned char)c[0]) && isalpha((unsigned char)c[1]) &&
	       (c[2] == '-' || c[2] == ',' || c[2] == ' ')) {
		c += 3;
		if (c[-1] == ' ')
			return (size_t)(c - 1 - text);
		c += strspn(c, " ");
	}
	return 0;
}

/* "Mo-Fr" and "Mo,Tu": each day in the person's words, dashes as in print. */
static const char *
days_told(struct req *rq, const char *text, size_t len)
{
	struct buf b = {.pool = rq->pool};
	size_t i;

	for (i = 0; i < len;) {
		if (isalpha((unsigned char)text[i])) {
			buf_puts(&b, told_text(rq, pool_strndup(
							   rq->pool,
							   text + i, 2)));
			i += 2;
			continue;
		}
		if (text[i] != ' ')
			buf_puts(&b, text[i] == '-' ? "–" : ", ");
		i++;
	}
	return b.data;
}

static const char *
times_told(struct req *rq, const char *text)
{
	struct buf b = {.pool = rq->pool};

	if (strcmp(text, "24/7") == 0)
		return told_text(rq, "always");
	buf_puts(&b, "");
	for (; *text != '\0'; text++)
		if (*text == '-' && isdigit((unsigned char)text[1]))
			buf_puts(&b, "–");
		else
			buf_putc(&b, *text);
	return b.data;
}

json_object *
told_hours(struct req *rq, const char *text)
{
	json_object *list = json_object_new_array(), *v;
	const char *part;
	size_t days;

	while ((part = part_take(rq->pool, &text, ";")) != NULL) {
		v = json_object_new_object();
		if ((days = days_length(part)) > 0)
			view_text(v, "days", days_told(rq, part, days));
		view_text(v, "times",
			  times_told(rq, part + days + strspn(part + days,
							      " ")));
		json_object_array_add(list, v);
	}
	return list;
}
