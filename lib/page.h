/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* page.h: Mustache, strictly: {{x}} {{#x}} {{^x}} {{>x}} {{!x}}; always
 * escaped, there is no unescaped form. Whitespace as the Mustache
 * specification has it for standalone tags. Dotted names and {{.}} are
 * understood; {{{x}}}, {{&x}} and delimiter changes are errors.
 *
 * Seven sections are functions on the text inside them, rendered first; a
 * "#" before one of their names always means the function, never a member:
 *	{{#t}}Sign in{{/t}}           the sentence in the person's language;
 *	                              variables inside stay in the key:
 *	                              {{#t}}Good morning, {{name}}{{/t}} has the
 *	                              key "Good morning, {{name}}"
 *	{{#money}}{{amount}} {{currency}}{{/money}}   1,234.50 (grouped, U+2212;
 *	                              no currency code in the output)
 *	{{#signed}}...{{/signed}}     the same with + on credits
 *	{{#date}}{{due_on}}{{/date}}  a date or an RFC 3339 time as a day in the
 *	                              language's pattern: 22 November 2026
 *	{{#day}}{{booked_at}}{{/day}} the same beside today: Today, Yesterday,
 *	                              Friday 20 November; the year when it is
 *	                              not this one
 *	{{#time}}{{at}}{{/time}}      an RFC 3339 time in the bank's zone: 08:30
 *	{{#iban}}{{number}}{{/iban}}  an account number in fours: DE12 3456 78
 * Text a function cannot read (no amount, no date) stays as it is.
 *
 * The key of {{#t}} is the text as written, each run of white space as one
 * blank and none around it. A translation is a template like any other. One
 * whose key has {{count}} may be {"one": "...", "other": "..."}: the form is
 * chosen by the language's rule for the count.
 *
 * A name is looked up in the innermost object first, then outwards. Absent
 * names are empty. false, null, "", 0 and [] are falsy, as is absence.
 * An absent partial is empty, as the specification wants, and logged. */
#ifndef CLICKNET_PAGE_H
#define CLICKNET_PAGE_H

#include <json-c/json.h>
#include "lib/err.h"
#include "lib/pool.h"

/* A template's size, its sections within sections, partials within partials,
 * and the size of a page: beyond any of them is ERR_INTERNAL, logged. */
enum {
	PAGE_MAX = 1 << 20,
	PAGE_NESTING = 32,
	PAGE_DEPTH = 32,
	PAGE_OUT_MAX = 64 << 20
};

/* Where the templates (DIR/html) and words (DIR/locale) are. Call once,
 * before threads: the words are read here, once. */
void page_start(const char *dir);

/* Fills ${name}.html from ${view} in ${language} ("en", "de"); appends to
 * ${out}. The template is compiled once and again when its file changes (seen
 * within a second). ERR_MISSING if there is none; ERR_INTERNAL (logged with
 * file, line and column) if it does not compile; nothing is appended then.
 * Safe from any thread. */
enum err page_render(struct pool *, const char *name, json_object *view,
		     const char *language, struct buf *out);

/* The same for a template in memory, partials from the directory; for tests,
 * fuzzing and mail. */
enum err page_render_text(struct pool *, const char *text, size_t len,
			  json_object *view, const char *language,
			  struct buf *out);

/* The translation of an English sentence; the sentence itself if there is
 * none. Static for the process's life. */
const char *page_words(const char *language, const char *sentence);

/* The best shipped language for an Accept-Language header; "en" if none. */
const char *page_language(const char *accept_language);

/* &, <, >, " and ' escaped. */
void page_escape(struct buf *, const char *text, size_t len);

#endif
