/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* house.c: what belongs to no noun: colour, language, the demo's inbox. */
#include <stdlib.h>
#include <string.h>

#include "bank/message.h"
#include "fcgi-apps/banking/banking.h"
#include "fcgi-apps/front.h"
#include "fcgi-apps/view.h"
#include "lib/page.h"
#include "lib/settings.h"

/* Black or white ink, whichever is easier to read on a colour: its relative
 * luminance by the weights of WCAG, in whole numbers. */
static const char *
ink_on(unsigned rgb)
{
	unsigned light = 2126 * (rgb >> 16 & 0xff) +
			 7152 * (rgb >> 8 & 0xff) + 722 * (rgb & 0xff);

	return light > 10000u * 128 ? "#000" : "#fff";
}

enum err
brand_css(struct req *rq, struct resp *rs)
{
	const char *color = settings()->BRAND_COLOR;
	unsigned rgb;

	if (*color == '\0')
		return ERR_MISSING;
	rgb = (unsigned)strtoul(color + 1, NULL, 16);
	rs->type = "text/css; charset=utf-8";
	rs->body = pool_printf(rq->pool,
			       ":root{--brand:%s;--brand-ink:%s}"
			       "@media(prefers-color-scheme:dark){:root{"
			       "--brand:color-mix(in srgb,%s 45%%,#fff);"
			       "--brand-ink:#000}}",
			       color, ink_on(rgb), color);
	rs->body_len = strlen(rs->body);
	rs->cacheable = true;
	return OK;
}

enum err
language_set(struct req *rq, struct resp *rs)
{
	const char *to = page_language(req_param(rq, "to"));

	resp_header(rq, rs, "Set-Cookie",
		    pool_printf(rq->pool,
				"lang=%.2s; Path=/; Max-Age=31536000; "
				"SameSite=Strict; HttpOnly%s",
				to, rq->secure ? "; Secure" : ""));
	return resp_see(rq, rs, 200, view_new(rq), "%s",
			front_path(req_param(rq, "next")));
}

/* The demonstration's messages: only while nothing is really sent. */
enum err
inbox_show(struct req *rq, struct resp *rs)
{
	json_object *v = view_new(rq), *array = json_object_new_array(), *o;
	struct kept *k;
	enum err e;

	json_object_object_add(v, "messages", array);
	if (strcmp(settings()->MESSAGE_DELIVERY, "inbox") != 0)
		return ERR_MISSING;
	if ((e = message_inbox(rq->db, rq->pool, "", 20, &k)) != OK)
		return e;
	for (; k != NULL; k = k->next) {
		o = json_object_new_object();
		view_text(o, "to", k->to);
		view_text(o, "channel", k->channel);
		view_text(o, "subject", k->subject);
		view_text(o, "text", k->text);
		view_time(o, "sent_at", k->sent_at);
		json_object_array_add(array, o);
	}
	return resp_page(rs, "inbox", v);
}
