/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* page.c: the door to the templates: by name or in memory. */
#include "lib/page_impl.h"

#include <string.h>

void
page_start(const char *dir)
{
	page_tree_start(dir);
	page_locale_start(dir);
}

void
page_escape(struct buf *out, const char *text, size_t len)
{
	const char *end = text + len, *from = text, *as;

	for (; text < end; text++) {
		switch (*text) {
		case '&':
			as = "&amp;";
			break;
		case '<':
			as = "&lt;";
			break;
		case '>':
			as = "&gt;";
			break;
		case '"':
			as = "&quot;";
			break;
		case '\'':
			as = "&#39;";
			break;
		default:
			continue;
		}
		buf_put(out, from, (size_t)(text - from));
		buf_puts(out, as);
		from = text + 1;
	}
	buf_put(out, from, (size_t)(end - from));
}

enum err
page_render(struct pool *pool, const char *name, json_object *view,
	    const char *language, struct buf *out)
{
	struct page_tree *tree;
	enum err e = page_tree_get(name, &tree);

	if (e == OK)
		e = page_fill(pool, name, page_tree_nodes(tree), view, language,
			   out);
	page_tree_put(tree);
	return e;
}

enum err
page_render_text(struct pool *pool, const char *text, size_t len,
		 json_object *view, const char *language, struct buf *out)
{
	struct page_node *nodes;
	enum err e = page_compile(pool, "(text)", text, len, &nodes);

	if (e == OK)
		e = page_fill(pool, "(text)", nodes, view, language, out);
	return e;
}
