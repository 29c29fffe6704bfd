/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* front.h: what every program's door does: who is asking, and the frame
 * around every page. */
#ifndef CLICKNET_FRONT_H
#define CLICKNET_FRONT_H

#include "bank/device.h"
#include "bank/event.h"
#include "lib/app.h"

/* For struct app: ask, frame. */
enum err front_ask(struct req *);
void front_frame(struct req *, json_object *view);

/* Chooses rq->who.language: what was chosen on the page, else the person's own
 * (NULL: not known), else the browser's. */
void front_language(struct req *, const char *own);

/* OK if the asking session's person gave a code in the last ten minutes, else
 * ERR_STEP_UP: a page is then led to /step-up and comes back to itself, a form
 * to its field "next". For what changes how somebody signs in or shuts
 * everybody out. */
enum err front_confirmed(struct req *);

/* Is the asking person one of those of the bank, "compliance|admin"? */
bool front_works(const struct req *, const char *roles);

/* For a page of staff: OK if they are; ERR_FORBIDDEN for others of the bank.
 * For a customer there is no such page: ERR_MISSING. */
enum err front_staff(struct req *, const char *roles);

/* Who decides about applications. */
#define FRONT_REVIEWERS "compliance|admin"

/* For struct app: late. Keeps the words of a form with a field "draft" and
 * sends the person to sign in and on to the page that field names. */
handler front_late;

/* For the page of a form with a hidden field "draft" that names ${path}: adds
 * "unfinished" to ${view} if words were kept for it (partial draft.html), and
 * with ?draft=take puts them into rq->params, where the form finds them. Call
 * it before the fields are read. Programs have no forms. */
enum err front_draft(struct req *, json_object *view, const char *path);

/* The page a form belongs to by its field "draft": a plain path of ours, else
 * NULL. */
const char *front_draft_path(const struct req *);

/* Keeps the words of rq->params for ${path}; calls db_write. ERR_TOO_BIG. */
enum err front_draft_keep(struct req *, int64_t user, const char *path);

/* What the form was for is done: its words need not be kept any more. */
void front_draft_done(struct req *);

/* Adds "outgoing_stopped" to ${view} (partial stopped.html). */
enum err front_stopped(struct req *, json_object *view);

/* The asking person as the record knows them; pool memory. */
const struct actor *front_actor(struct req *);

/* Sets or (token NULL) clears the session's cookie: __Host- and Secure over
 * TLS, plain on a loopback without it. */
void front_cookie(struct req *, struct resp *, const char *token);

/* A cookie for the whole site that no script sees and no other site sends: over
 * TLS it is named __Host-NAME and Secure. ${seconds}: how long a browser keeps
 * it, 0: not any more, -1: until it is closed. _got: what it brought; NULL: it
 * has none. */
void front_cookie_set(struct req *, struct resp *, const char *name,
		      const char *value, long seconds);
const char *front_cookie_got(struct req *, const char *name);

/* What somebody signs in with, for device_seen; and giving a browser its
 * mark. */
struct device front_device(struct req *);
void front_device_cookie(struct req *, struct resp *, const char *mark);

/* ${text} if it is a path of ours ("/accounts"), else "/": no redirect leads
 * away from the bank. */
const char *front_path(const char *text);

/* The parameter "next", made such a path, as a value in a query. */
const char *front_next(struct req *);

/* A code as it was sent: people paste it with blanks and dashes in it. Pool
 * memory. */
const char *front_code(struct pool *, const char *text);

#endif
