/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* page_impl.h: what the page*.c files share; nobody else includes it. */
#ifndef CLICKNET_PAGE_IMPL_H
#define CLICKNET_PAGE_IMPL_H

#include <stdbool.h>
#include "lib/page.h"

enum page_kind {
	PAGE_TEXT, PAGE_VALUE, PAGE_SECTION, PAGE_INVERTED, PAGE_PARTIAL,
	PAGE_FUNCTION
};
enum page_function {
	PAGE_T, PAGE_MONEY, PAGE_SIGNED, PAGE_DATE, PAGE_DAY, PAGE_TIME,
	PAGE_IBAN, PAGE_FUNCTIONS
};

/* A compiled template is a list of nodes, sections with a list inside. */
struct page_node {
	struct page_node *next, *inside;
	enum page_kind kind;
	enum page_function function;
	const char *text; /* literal text; a partial's indentation */
	size_t len;
	bool line;        /* the text begins a line; the partial is alone */
	const char *name; /* "a\0b" for {{a.b}}; a partial's; {{#t}}'s key */
	int parts;        /* of the name; 0 for {{.}} */
};

/* What is being compiled, and a tag found in it. ${from} and ${to} are what
 * goes with the tag: the whole line if it stands alone on it. */
struct page_source {
	const char *file, *text, *end;
};
struct page_tag {
	const char *start, *end, *from, *to;
	char sigil; /* 0 for {{x}} */
	bool alone;
	const char *name;
	size_t len;
};
const char *page_tag_find(const struct page_source *, const char *at);
enum err page_tag_read(const struct page_source *, const char *start,
		       struct page_tag *);
enum err page_tag_refuse(const struct page_source *, const char *at,
			 const char *why);
bool page_tag_line(const struct page_source *, const char *at);
bool page_tag_space(char);

/* Compiles into ${pool}; the nodes go on pointing into ${text}. NULL *out is
 * the empty template. ERR_INTERNAL, logged with ${file}, line and column. */
enum err page_compile(struct pool *pool, const char *file, const char *text,
		      size_t len, struct page_node **out);

/* True if ${name} may name a template: no dots, no way out of the folder. */
bool page_name_ok(const char *name, size_t len);

/* A template's file as it was compiled; stays valid until page_tree_put, also
 * when the file changes meanwhile. ERR_MISSING; ERR_INTERNAL (logged). */
struct page_tree;
void page_tree_start(const char *dir);
enum err page_tree_get(const char *name, struct page_tree **out);
const struct page_node *page_tree_nodes(const struct page_tree *);
void page_tree_put(struct page_tree *);

/* How a language writes numbers and days. */
struct page_patterns {
	const char *group, *point;
	const char *date, *day, *day_year; /* {d} {month} {y} {weekday} */
	const char *months[12], *weekdays[7];
};

/* A language; a translation is compiled into its json string's userdata. */
enum { PAGE_LANGUAGE = 16 };
struct page_language {
	struct page_language *next;
	char name[PAGE_LANGUAGE];
	json_object *file, *words;
	struct pool *pool;
	struct page_patterns patterns;
};
struct page_translation {
	struct page_node *nodes;
};

/* The shipped language of that name, upper or lower case; NULL if none.
 * "en" always is. page_words_find gives English instead of NULL. */
void page_locale_start(const char *dir);
const struct page_language *page_locale_find(const char *name, size_t len);
const struct page_language *page_words_find(const char *language);
const char *page_words_of(const struct page_language *, const char *sentence);

/* The compiled translation of ${key}, its form chosen by ${count} (may be
 * NULL). False if there is none. */
bool page_words_nodes(const struct page_language *, const char *key,
		      json_object *count, const struct page_node **out);

/* Appends the filled nodes; nothing of them if it fails: ERR_INTERNAL, logged
 * with ${name}. */
enum err page_fill(struct pool *, const char *name, const struct page_node *,
		   json_object *view, const char *language, struct buf *out);

/* What a function other than PAGE_T makes of ${text}; false: leave it. */
enum { PAGE_SHOWN = 256 };
bool page_show(enum page_function, const struct page_language *,
	       const char *text, size_t len, char out[PAGE_SHOWN]);

#endif
