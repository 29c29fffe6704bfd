/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* page.h: Mustache, strictly: {{x}} {{#x}} {{^x}} {{>x}} {{!x}}; always
 * escaped, there is no unescaped form. Whitespace as the Mustache
 * specification has it for standalone tags. Dotted names and {{.}} are
 * understood; {{{x}}}, {{&x}} and delimiter changes are errors.
 *
 * Four sections are functions on the text inside them, rendered first:
 *	{{#t}}Sign in{{/t}}           the sentence in the person's language;
 *	                              variables inside stay in the key:
 *	                              {{#t}}Good morning, {{name}}{{/t}} has the
 *	                              key "Good morning, {{name}}"
 *	{{#money}}{{amount}} {{currency}}{{/money}}   1 234.50 (grouped, U+2212;
 *	                              no currency code in the output)
 *	{{#signed}}...{{/signed}}     the same with + on credits
 *	{{#date}}{{due_on}}{{/date}}  a date or an RFC 3339 time as a day in the
 *	                              language's pattern: 22 November 2026
 *	{{#time}}{{at}}{{/time}}      an RFC 3339 time in the bank's zone: 08:30
 * A name is looked up in the innermost object first, then outwards. Absent
 * names are empty. false, null, "", 0 and [] are falsy, as is absence. */
#ifndef CLICKNET_PAGE_H
#define CLICKNET_PAGE_H

#include <json-c/json.h>
#include "lib/err.h"
#include "lib/pool.h"

/* Where the templates (DIR/html) and words (DIR/locale) are. Call once. */
void page_start(const char *dir);

/* Fills ${name}.html from ${view} in ${language} ("en", "de"); appends to
 * ${out}. The template is compiled once and again when its file changes.
 * ERR_MISSING if there is none; ERR_INTERNAL (logged with file and line) if it
 * does not compile. Safe from any thread. */
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
