/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* front.h: what every program's door does: who is asking, and the frame
 * around every page. */
#ifndef CLICKNET_FRONT_H
#define CLICKNET_FRONT_H

#include "bank/event.h"
#include "lib/app.h"

/* For struct app: ask, frame. */
enum err front_ask(struct req *);
void front_frame(struct req *, json_object *view);

/* OK if the asking session's person gave a code in the last ten minutes, else
 * ERR_STEP_UP: a page is then led to /step-up and comes back to itself, a form
 * to its field "next". For what changes how somebody signs in. */
enum err front_confirmed(struct req *);

/* The asking person as the record knows them; pool memory. */
const struct actor *front_actor(struct req *);

/* Sets or (token NULL) clears the session's cookie: __Host- and Secure over
 * TLS, plain on a loopback without it. */
void front_cookie(struct req *, struct resp *, const char *token);

/* The mark a known browser brings (NULL: none), and giving it one: for struct
 * device. */
const char *front_device(struct req *);
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
