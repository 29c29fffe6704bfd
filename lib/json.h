/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* json.h: JSON of others as json-c's objects. */
#ifndef CLICKNET_JSON_H
#define CLICKNET_JSON_H

#include <json-c/json.h>
#include <stdint.h>
#include "lib/pool.h"

/* The object or array that ${text} is, strict: UTF-8, ${depth} levels, nothing
 * behind it. Pool memory; NULL if it is none. */
json_object *json_read(struct pool *, const char *text, size_t len, int depth);

/* The character beyond U+FFFF that the twelve bytes at ${at} escape as a pair
 * of surrogates; −1 if they are no such pair. */
int32_t json_pair(const char *at, const char *end);

/* Writes ${text}, well-formed UTF-8, as a JSON string has it between its
 * quotation marks, at ${at}; returns the end. Nothing is escaped but what must
 * be: it becomes at most JSON_MOST times as long. No NUL. */
enum { JSON_MOST = 6 };
char *json_write(char *at, const char *text, size_t len);

/* Appends the same with its quotation marks. */
void json_text(struct buf *out, const char *text, size_t len);

#endif
