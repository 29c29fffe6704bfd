/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* letter.c: writes a message as a letter: one template, two faces. */
#include <string.h>

#include "daemons/courier/courier.h"
#include "lib/log.h"
#include "lib/page.h"
#include "lib/settings.h"

/* What every letter may name without being given it. */
static void
view_add(json_object *view, const char *name, const char *value)
{
	json_object *text;

	if (json_object_object_get_ex(view, name, NULL))
		return;
	text = json_object_new_string(value);
	if (text == NULL || json_object_object_add(view, name, text) != 0)
		log_bug("out of memory");
}

static char *
title_of(struct pool *pool, const char *html)
{
	const char *from = strcasestr(html, "<title"), *to;

	if (from == NULL || (from = strchr(from, '>')) == NULL ||
	    (to = strcasestr(++from, "</title")) == NULL)
		return NULL;
	return plain_line(pool, from, (size_t)(to - from));
}

static json_object *
text_view(struct pool *pool, const struct message *m, const char *subject)
{
	static const char *const taken[] = {"code", "expires_minutes", "bank"};
	json_object *view = pool_json(pool, json_object_new_object()), *v;
	size_t i;

	view_add(view, "subject", subject);
	for (i = 0; i < sizeof taken / sizeof *taken; i++)
		if (json_object_object_get_ex(m->data, taken[i], &v))
			view_add(view, taken[i], json_object_get_string(v));
	return view;
}

/* By SMS and WhatsApp a person gets one line. */
static enum err
line_write(struct pool *pool, const struct message *m, struct letter *out)
{
	struct buf b = {.pool = pool};
	enum err e;

	out->line = "";
	if (strcmp(m->channel, "email") == 0)
		return OK;
	e = page_render(pool, "sms/message", text_view(pool, m, out->subject),
			m->language, &b);
	if (e == OK)
		out->line = plain_line(pool, b.data, b.len);
	return e;
}

enum err
letter_write(struct pool *pool, const struct message *m, struct letter *out)
{
	const char *name = pool_printf(pool, "mail/%s", m->template);
	struct buf html = {.pool = pool};
	enum err e;

	if (json_object_is_type(m->data, json_type_object)) {
		view_add(m->data, "bank", settings()->BANK_NAME);
		view_add(m->data, "language", m->language);
	}
	if ((e = page_render(pool, name, m->data, m->language, &html)) != OK)
		return e;
	buf_puts(&html, "");
	out->html = html.data;
	out->subject = title_of(pool, html.data);
	out->text = plain_text(pool, html.data, html.len);
	if (out->subject != NULL && *out->subject != '\0')
		return line_write(pool, m, out);
	log_event("error", "letter", "template", m->template, "why",
		  "the letter has no title", NULL);
	return ERR_INTERNAL;
}
