/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* form.h: a stranger's bytes into a typed struct, by table; every complaint
 * at once; a wrong pairing of field and member does not compile. */
#ifndef CLICKNET_FORM_H
#define CLICKNET_FORM_H

#include <stddef.h>
#include <stdint.h>
#include "lib/http.h"
#include "lib/money.h"

enum form_kind {
	FORM_IS_TEXT, FORM_IS_MONEY, FORM_IS_INT, FORM_IS_DATE, FORM_IS_CHOICE,
	FORM_IS_ID, FORM_IS_SECRET, FORM_IS_LINES
};
struct field {
	const char *name;
	enum form_kind kind;
	size_t at;
	long min, max; /* length of text, or value of a number */
	const char *choices; /* "in|out|any" */
};

/* A member's address only if it has the very type: else it does not compile.
 * (A pointer is compared: an int32_t would pass for a long by value.) */
#define FORM_AT(type, member, kind)                                          \
	(offsetof(type, member) +                                            \
	 _Generic(&((type *)0)->member, __typeof__(kind) *: 0))

/* Text, trimmed, NFC not enforced, no control characters: const char *. A
 * minimum of 0 makes it optional ("" then). Lengths are characters. LINES may
 * hold line ends (as "\n") and tabs. SECRET is not trimmed and never shown
 * again. */
#define FORM_TEXT(type, member, min, max)                                    \
	{#member, FORM_IS_TEXT, FORM_AT(type, member, const char *), (min),  \
	 (max), NULL}
#define FORM_LINES(type, member, min, max)                                   \
	{#member, FORM_IS_LINES, FORM_AT(type, member, const char *), (min), \
	 (max), NULL}
#define FORM_SECRET(type, member, min, max)                                  \
	{#member, FORM_IS_SECRET, FORM_AT(type, member, const char *),       \
	 (min), (max), NULL}
/* An amount above zero: struct money. The currency is the one the caller put
 * into the member before form_read. JSON numbers are refused. OR_NONE:
 * absent: unchanged. */
#define FORM_MONEY(type, member)                                             \
	{#member, FORM_IS_MONEY, FORM_AT(type, member, struct money), 1, 0,  \
	 NULL}
#define FORM_MONEY_OR_NONE(type, member)                                     \
	{#member, FORM_IS_MONEY, FORM_AT(type, member, struct money), 0, 0,  \
	 NULL}
/* A whole number within bounds: long; absent: unchanged. */
#define FORM_INT(type, member, min, max)                                     \
	{#member, FORM_IS_INT, FORM_AT(type, member, long), (min), (max),    \
	 NULL}
/* "2026-11-22": int32_t, a day; absent: unchanged. */
#define FORM_DATE_OR_NONE(type, member)                                      \
	{#member, FORM_IS_DATE, FORM_AT(type, member, int32_t), 0, 0, NULL}
/* One of the words: const char *; absent: the first. */
#define FORM_CHOICE(type, member, words)                                     \
	{#member, FORM_IS_CHOICE, FORM_AT(type, member, const char *), 0, 0, \
	 (words)}

/* The text of a UUID: uint8_t[16]. OR_NONE: absent: unchanged. */
#define FORM_ID(type, member)                                                \
	{#member, FORM_IS_ID, FORM_AT(type, member, uint8_t[16]), 1, 0, NULL}
#define FORM_ID_OR_NONE(type, member)                                        \
	{#member, FORM_IS_ID, FORM_AT(type, member, uint8_t[16]), 0, 0, NULL}

/* Reads rq->params into ${into} (texts in pool memory). OK, or ERR_INPUT with
 * a note per bad field, whose member is then unchanged. An empty field or a
 * JSON null is an absent one. Amounts from people (a cookie, or no JSON) are
 * read as they type them (money_read), programs' strictly (money_parse). */
enum err form_read(struct req *rq, const struct field *fields, int count,
		   void *into);

#define FORM_COUNT(fields) ((int)(sizeof(fields) / sizeof *(fields)))

#endif
