/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* told.h: what an operator wrote once, in the language of who asks. */
#ifndef CLICKNET_TOLD_H
#define CLICKNET_TOLD_H

#include "lib/http.h"

/* A sentence or word of the bank's data: its translation, if share/locale has
 * one. */
const char *told_text(struct req *, const char *);

/* Lines, and words with commas between them, as an array of such texts; a new
 * reference. */
json_object *told_lines(struct req *, const char *);
json_object *told_words(struct req *, const char *);

/* Opening hours as OpenStreetMap writes them ("Mo-Fr 09:00-16:30; Sa
 * 10:00-13:00"): [{days, times}], a new reference. What is not of that form
 * has no days and stands as times. */
json_object *told_hours(struct req *, const char *);

#endif
