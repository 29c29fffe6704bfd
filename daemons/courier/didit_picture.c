/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* didit_picture.c: fetches pictures from Didit before their links end, from
 * hosts that are allowed, and has them made anew. */
#include <string.h>

#include "bank/didit.h"
#include "bank/document.h"
#include "daemons/courier/didit_impl.h"
#include "lib/log.h"
#include "lib/settings.h"

enum { PICTURE_MAX = 6 * 1024 * 1024, LINK_TRIES = 3, TRIES = 12 };

static void
tell(const char *level, const struct didit_picture *p, const char *result,
     const char *why)
{
	char id[SECRET_ID_TEXT];

	log_event(level, "didit_picture", "id", secret_id_text(id, p->id),
		  "kind", p->kind, "side", p->side, "result", result, "why",
		  why, NULL);
}

/* A link that was used up is not worth another try; a new one may be. */
static enum err
failed(struct db *db, struct pool *pool, const struct didit_picture *p,
       const struct fetch *f, bool answered)
{
	const char *why = answered ? pool_printf(pool, "status %ld", f->status)
				   : f->why;

	if (f->refused) {
		tell("error", p, "lost", why);
		return didit_picture_lost(db, p);
	}
	if (didit_may_pass(f, answered) && p->tries % LINK_TRIES != 0) {
		tell("warn", p, "later", why);
		return didit_picture_later(db, p, didit_retry(
			p->tries % LINK_TRIES, f));
	}
	tell("warn", p, "stale", why);
	return didit_picture_stale(db, p);
}

static enum err
keep(struct db *db, struct pool *pool, const struct didit_picture *p,
     const struct fetch *f)
{
	struct document d = {.application = p->application, .kind = p->kind,
			     .side = p->side, .source = "didit"};
	const char *complaint = NULL;
	enum err e = document_add(db, pool, &d, f->body.data, f->body.len,
				  &actor_system, &complaint);

	if (e != OK && e != ERR_BUSY && e != ERR_INTERNAL) {
		tell("error", p, "lost",
		     complaint != NULL ? complaint : err_code(e));
		return didit_picture_lost(db, p);
	}
	if (e == OK && (e = didit_picture_kept(db, p)) == OK)
		tell("info", p, "kept", "");
	return e;
}

enum err
didit_picture_run(struct db *db, struct pool *pool)
{
	const struct settings *s = settings();
	struct didit_picture p;
	struct fetch f;
	bool answered;
	enum err e;

	if ((e = didit_picture_take(db, pool, didit_lease(), &p)) != OK)
		return e;
	f = (struct fetch){.url = p.url, .hosts = s->DIDIT_IMAGE_HOSTS,
			   .to = didit_near() ? NET_LOOPBACK : NET_PUBLIC,
			   .timeout_s = s->DIDIT_TIMEOUT_SECONDS,
			   .most = PICTURE_MAX};
	if (p.tries > TRIES) {
		tell("error", &p, "lost", "it was tried too often");
		return didit_picture_lost(db, &p);
	}
	answered = fetch_send(pool, &f);
	if (!answered || f.status != 200)
		return failed(db, pool, &p, &f, answered);
	return keep(db, pool, &p, &f);
}
