/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* page_fill.c: fills a compiled template from a view. */
#include "lib/page_impl.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/log.h"

/* Nodes and turns of one page; more is a page without an end. */
enum { STEPS_MAX = 4000000 };

/* The objects around a node, innermost first. */
struct frame {
	json_object *value;
	const struct frame *up;
};

struct render {
	struct pool *pool;
	const char *name;
	const struct page_language *language;
	struct buf *out;
	struct buf scratch; /* what functions read */
	bool raw;           /* within a function: escaped when it is done */
	const char *indent; /* of the partial, before each of its lines */
	size_t indent_len;
	int depth;
	long steps;
	enum err e;
};

static void nodes_render(struct render *, const struct page_node *,
			 const struct frame *);

static void
refuse(struct render *r, const char *why)
{
	log_event("error", "template", "file", r->name, "why", why, NULL);
	r->e = ERR_INTERNAL;
}

static bool
step(struct render *r)
{
	if (r->e == OK &&
	    (++r->steps > STEPS_MAX || r->out->len > PAGE_OUT_MAX))
		refuse(r, "a page without an end");
	return r->e == OK;
}

/* The first part of a name is looked for outwards, the rest within it. */
static json_object *
find(const struct frame *f, const struct page_node *n)
{
	const char *name = n->name;
	json_object *v = NULL;
	int i;

	if (n->parts == 0)
		return f->value;
	while (f != NULL && !json_object_object_get_ex(f->value, name, &v))
		f = f->up;
	for (i = 1; i < n->parts && v != NULL; i++) {
		name += strlen(name) + 1;
		json_object_object_get_ex(v, name, &v);
	}
	return v;
}

static bool
is_true(json_object *v)
{
	switch (json_object_get_type(v)) {
	case json_type_null:
		return false;
	case json_type_array:
		return json_object_array_length(v) != 0;
	case json_type_object:
		return true;
	case json_type_boolean:
	case json_type_int:
	case json_type_double:
	case json_type_string:
		break;
	}
	return json_object_get_boolean(v);
}

static void
put(struct render *r, const char *text, size_t len)
{
	if (r->raw)
		buf_put(r->out, text, len);
	else
		page_escape(r->out, text, len);
}

static void
value_put(struct render *r, json_object *v)
{
	char digits[24];
	const char *text;
	int64_t n;

	switch (json_object_get_type(v)) {
	case json_type_null:
	case json_type_object:
	case json_type_array:
		return;
	case json_type_int:
		n = json_object_get_int64(v);
		if (n == INT64_MAX) /* it may be more: an unsigned one */
			snprintf(digits, sizeof digits, "%" PRIu64,
				 json_object_get_uint64(v));
		else
			snprintf(digits, sizeof digits, "%" PRId64, n);
		buf_puts(r->out, digits);
		return;
	case json_type_string:
		put(r, json_object_get_string(v),
		    (size_t)json_object_get_string_len(v));
		return;
	case json_type_boolean:
	case json_type_double:
		text = json_object_get_string(v);
		put(r, text, strlen(text));
		return;
	}
}

static void
text_put(struct render *r, const struct page_node *n)
{
	const char *from = n->text, *end = n->text + n->len, *p;

	if (r->indent_len == 0) {
		buf_put(r->out, from, n->len);
		return;
	}
	if (n->line)
		buf_put(r->out, r->indent, r->indent_len);
	while ((p = memchr(from, '\n', (size_t)(end - from))) != NULL) {
		p++;
		buf_put(r->out, from, (size_t)(p - from));
		from = p;
		if (p == end)
			return;
		buf_put(r->out, r->indent, r->indent_len);
	}
	buf_put(r->out, from, (size_t)(end - from));
}

static void
section_put(struct render *r, const struct page_node *n, const struct frame *f)
{
	struct frame in = {find(f, n), f};
	json_object *list = in.value;
	size_t i, len;

	if (!is_true(list))
		return;
	if (!json_object_is_type(list, json_type_array)) {
		nodes_render(r, n->inside, &in);
		return;
	}
	len = json_object_array_length(list);
	for (i = 0; i < len && r->e == OK; i++) {
		in.value = json_object_array_get_idx(list, i);
		nodes_render(r, n->inside, &in);
	}
}

/* Nodes of another template, where the one that names them stands. */
static void
other_put(struct render *r, const struct page_node *nodes,
	  const struct frame *f, const char *indent, size_t len)
{
	const char *before = r->indent;
	size_t before_len = r->indent_len;

	if (r->depth == PAGE_DEPTH) {
		refuse(r, "partials nested too deep");
		return;
	}
	r->depth++;
	r->indent = indent;
	r->indent_len = len;
	nodes_render(r, nodes, f);
	r->indent = before;
	r->indent_len = before_len;
	r->depth--;
}

static void
partial_put(struct render *r, const struct page_node *n, const struct frame *f)
{
	struct page_tree *tree;
	char *indent;
	size_t len = 0;

	r->e = page_tree_get(n->name, &tree);
	if (r->e == ERR_MISSING) {
		log_event("warn", "template", "file", r->name, "partial",
			  n->name, "why", "there is no such partial", NULL);
		r->e = OK;
	}
	if (tree == NULL)
		return;
	if (n->line)
		len = r->indent_len + n->len;
	indent = pool_alloc(r->pool, len);
	if (len != 0) {
		memcpy(indent, r->indent, r->indent_len);
		memcpy(indent + r->indent_len, n->text, n->len);
	}
	other_put(r, page_tree_nodes(tree), f, indent, len);
	page_tree_put(tree);
}

static void
sentence_put(struct render *r, const struct page_node *n, const struct frame *f)
{
	static const struct page_node count = {.name = "count", .parts = 1};
	const struct page_node *nodes;

	if (page_words_nodes(r->language, n->name, find(f, &count), &nodes))
		other_put(r, nodes, f, "", 0);
	else
		nodes_render(r, n->inside, f);
}

/* A function reads what stands in it from the end of the scratch text, and
 * takes it away again. In another function that is where its answer goes. */
static void
function_put(struct render *r, const struct page_node *n, const struct frame *f)
{
	struct buf *out = r->out;
	size_t from = r->scratch.len, len;
	bool raw = r->raw, shown;
	char answer[PAGE_SHOWN];
	const char *text;

	r->out = &r->scratch;
	r->raw = true;
	nodes_render(r, n->inside, f);
	r->out = out;
	r->raw = raw;
	text = r->scratch.data == NULL ? "" : r->scratch.data + from;
	len = r->scratch.len - from;
	shown = page_show(n->function, r->language, text, len, answer);
	if (shown) {
		text = answer;
		len = strlen(answer);
	}
	if (shown || out != &r->scratch) {
		r->scratch.len = from;
		put(r, text, len);
	}
}

static void
nodes_render(struct render *r, const struct page_node *n,
	     const struct frame *f)
{
	for (; step(r) && n != NULL; n = n->next)
		switch (n->kind) {
		case PAGE_TEXT:
			text_put(r, n);
			break;
		case PAGE_VALUE:
			value_put(r, find(f, n));
			break;
		case PAGE_SECTION:
			section_put(r, n, f);
			break;
		case PAGE_INVERTED:
			if (!is_true(find(f, n)))
				nodes_render(r, n->inside, f);
			break;
		case PAGE_PARTIAL:
			partial_put(r, n, f);
			break;
		case PAGE_FUNCTION:
			if (n->function == PAGE_T)
				sentence_put(r, n, f);
			else
				function_put(r, n, f);
			break;
		}
}

enum err
page_fill(struct pool *pool, const char *name, const struct page_node *nodes,
	  json_object *view, const char *language, struct buf *out)
{
	struct frame outermost = {view, NULL};
	struct render r = {.pool = pool, .name = name, .indent = ""};
	size_t before = out->len;

	r.language = page_words_find(language);
	r.out = out;
	r.scratch.pool = pool;
	nodes_render(&r, nodes, &outermost);
	if (r.e != OK && out->data != NULL) {
		out->len = before;
		out->data[before] = '\0';
	}
	return r.e;
}
