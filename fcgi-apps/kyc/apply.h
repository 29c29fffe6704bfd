/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* apply.h: what the pages of an application share. */
#ifndef CLICKNET_APPLY_H
#define CLICKNET_APPLY_H

#include "bank/application_act.h"
#include "lib/app.h"

/* The page of a step: the asking application, and a view with its progress
 * (partial apply-steps.html) and what it is. Who may not do that step now is
 * led to the one they may: then *view is NULL, and the handler is done. */
enum err apply_page(struct req *, struct resp *, const char *step,
		    struct application *, json_object **view);

/* Such a view; for who has no application under way (${a} NULL), with what was
 * chosen so far. */
json_object *apply_view(struct req *, const struct application *a,
			const char *step, const char *offer,
			const char *branch);

/* The asking application if it is under way, else *a is NULL: a new one can be
 * begun. */
enum err apply_current(struct req *, const struct application **a);

/* On to the first step that is not done; a program is shown how far it is. */
enum err apply_next(struct req *, struct resp *, const struct application *);

/* It was not done: a browser is shown ${form} again. Returns ${e}. */
enum err apply_again(struct req *, struct resp *, handler *form, enum err e);

/* What an act begins with. */
struct application_act apply_act(struct req *, const struct application *);

/* choice.c: what a link, a form or the application (may be NULL) says was
 * chosen; complains about what the bank has not. */
const char *chosen_product(struct req *, const struct application *);
const char *chosen_branch(struct req *, const struct application *);
enum err apply_choice_note(struct req *, const char *product,
			   const char *branch);

/* Beside ERR_INPUT of application_change its sentence; returns ${e}. */
enum err apply_change_note(struct req *, enum err e);

/* Adds what was chosen ("": nothing), with its names; ERR_MISSING: the bank has
 * no such thing. */
enum err apply_choice(struct req *, json_object *view, const char *offer,
		      const char *branch);

/* codes.c: sends the first code without being asked, and is silent if it
 * cannot: the page has a button. */
void apply_code_first(struct req *, struct resp *, const struct application *,
		      const uint8_t session[SECRET_HASH], const char *channel);

/* Is there a complaint about the field already? */
bool apply_noted(const struct req *, const char *field);

#endif
