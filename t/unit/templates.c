/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* templates.c: fills every page with nothing and with the views in t/views,
 * and reads what comes out as a browser would. */
#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/page.h"
#include "t/tap.h"

enum { DEPTH = 60, NAME = 80 };

static const char *
source(struct pool *pool, const char *path)
{
	const char *top = getenv("CLICKNET_SRC");

	return pool_printf(pool, "%s/%s", top != NULL ? top : ".", path);
}

static int
count_of(const char *text, const char *part)
{
	int n = 0;

	for (; (text = strstr(text, part)) != NULL; text += strlen(part))
		n++;
	return n;
}

/* Elements without an end. */
static bool
is_void(const char *name)
{
	static const char *const names[] = {"meta", "link", "input", "br",
					  "img"};
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

/* The name of the tag at ${p}, behind "<" or "</". */
static void
tag_name(char out[NAME], const char *p)
{
	size_t n = 0;

	while (isalnum((unsigned char)*p) && n < NAME - 1)
		out[n++] = *p++;
	out[n] = '\0';
}

/* Every element ends where it should; *why names the first that does not. */
static bool
is_balanced(const char *p, char why[NAME])
{
	char open[DEPTH][NAME];
	const char *end;
	int depth = 0;

	while ((p = strchr(p, '<')) != NULL) {
		end = strchr(p, '>');
		tag_name(why, p + 1 + (p[1] == '/'));
		if (end == NULL || depth == DEPTH)
			return false;
		if (p[1] == '/') {
			if (depth == 0 || strcmp(open[--depth], why) != 0)
				return false;
		} else if (isalpha((unsigned char)p[1]) && end[-1] != '/' &&
			   !is_void(why)) {
			memcpy(open[depth++], why, NAME);
		}
		p = end;
	}
	return depth == 0;
}

/* The value of the next ${name}="..." from *p on, moved past. */
static bool
attribute_next(const char **p, const char *name, char out[NAME])
{
	char want[NAME];
	size_t n;

	snprintf(want, sizeof want, " %s=\"", name);
	if ((*p = strstr(*p, want)) == NULL)
		return false;
	*p += strlen(want);
	n = strcspn(*p, "\"");
	snprintf(out, NAME, "%.*s", (int)n, *p);
	return true;
}

static bool
has_id(const char *page, const char *id, size_t len)
{
	char want[NAME + 8];

	snprintf(want, sizeof want, " id=\"%.*s\"", (int)len, id);
	return strstr(page, want) != NULL;
}

/* What is pointed at is there: labels, hints, lists, ways within the page. */
static bool
points_well(const char *page, char value[NAME])
{
	static const char *const names[] = {"for", "list", "aria-labelledby",
					    "aria-describedby"};
	const char *p, *word;
	size_t i, n;

	for (i = 0; i < sizeof names / sizeof *names; i++)
		for (p = page; attribute_next(&p, names[i], value);)
			for (word = value; *word != '\0'; word += n) {
				word += strspn(word, " ");
				n = strcspn(word, " ");
				if (!has_id(page, word, n))
					return false;
			}
	for (p = page; attribute_next(&p, "href", value);)
		if (*value == '#' && !has_id(page, value + 1, strlen(value)))
			return false;
	return true;
}

static bool
ids_once(const char *page, char value[NAME])
{
	char want[NAME + 8];
	const char *p;

	for (p = page; attribute_next(&p, "id", value);) {
		snprintf(want, sizeof want, " id=\"%s\"", value);
		if (count_of(page, want) != 1)
			return false;
	}
	return true;
}

static void
page_check(const char *page, const char *name, const char *language)
{
	char why[NAME] = "";

	if (!ok(is_balanced(page, why), "%s (%s): every element ends", name,
		language))
		printf("# at %s\n", why);
	ok(strstr(page, "{{") == NULL, "%s (%s): no tag is left", name,
	   language);
	ok(count_of(page, "<h1") == 1 && count_of(page, "<main") == 1,
	   "%s (%s): one heading above all, one main part", name, language);
	ok(strstr(page, " style=") == NULL && strstr(page, "<style") == NULL &&
		   strstr(page, "<script>") == NULL &&
		   strstr(page, " onclick=") == NULL,
	   "%s (%s): no style and no script within the page", name, language);
	if (!ok(points_well(page, why), "%s (%s): what is named is there",
		name, language))
		printf("# not there: %s\n", why);
	if (!ok(ids_once(page, why), "%s (%s): an id is there once", name,
		language))
		printf("# twice: %s\n", why);
}

/* The view of t/views/${file} within the frame every page has. */
static json_object *
view_read(struct pool *pool, const char *file, const char *language)
{
	json_object *view = json_object_from_file(
		source(pool, "t/views/frame.json"));
	json_object *own = json_object_from_file(
		source(pool, pool_printf(pool, "t/views/%s", file)));

	if (view == NULL || own == NULL)
		return NULL;
	pool_json(pool, view);
	pool_json(pool, own);
	json_object_object_foreach(own, key, value)
		json_object_object_add(view, key, json_object_get(value));
	json_object_object_add(view, "language",
			       json_object_new_string(language));
	return view;
}

static void
page_try(const char *name, const char *file, const char *language)
{
	struct pool *pool = pool_new();
	struct buf out = {.pool = pool};
	json_object *view = file == NULL
				    ? pool_json(pool, json_object_new_object())
				    : view_read(pool, file, language);

	ok(view != NULL && page_render(pool, name, view, language, &out) == OK,
	   "%s (%s) is filled from %s", name, language,
	   file != NULL ? file : "nothing");
	if (out.data != NULL) {
		page_check(out.data, file != NULL ? file : name, language);
		ok(strstr(out.data, "<Amina") == NULL,
		   "%s (%s): what people write stays text", name, language);
	}
	pool_free(pool);
}

static void
views_try(const struct dirent *entry)
{
	char name[NAME];

	if (strstr(entry->d_name, ".json") == NULL ||
	    strcmp(entry->d_name, "frame.json") == 0)
		return;
	snprintf(name, sizeof name, "%.*s",
		 (int)strcspn(entry->d_name, "."), entry->d_name);
	page_try(name, entry->d_name, "en");
	page_try(name, entry->d_name, "de");
	if (strlen(entry->d_name) == strlen(name) + 5)
		page_try(name, NULL, "en");
}

/* A page begins with head; the rest are parts of pages. */
static void
page_has_view(struct pool *pool, const char *file)
{
	const char *path = source(pool, pool_printf(pool, "share/html/%s",
						    file));
	const char *name = pool_strndup(pool, file, strcspn(file, "."));
	char text[400] = "";
	FILE *f = fopen(path, "r"), *view;

	if (f != NULL) {
		text[fread(text, 1, sizeof text - 1, f)] = '\0';
		fclose(f);
	}
	if (strstr(text, "{{>head}}") == NULL)
		return;
	view = fopen(source(pool, pool_printf(pool, "t/views/%s.json", name)),
		     "r");
	ok(view != NULL, "the page %s has a view to be tried with", name);
	if (view != NULL)
		fclose(view);
}

int
main(void)
{
	struct pool *pool = pool_new();
	struct dirent **list;
	int i, n;

	page_start(source(pool, "share"));
	clock_zone("Europe/Berlin");
	clock_freeze(1795340400000);
	n = scandir(source(pool, "t/views"), &list, NULL, alphasort);
	for (i = 0; i < n; i++) {
		views_try(list[i]);
		free(list[i]);
	}
	if (n > 0)
		free(list);
	n = scandir(source(pool, "share/html"), &list, NULL, alphasort);
	for (i = 0; i < n; i++) {
		if (strstr(list[i]->d_name, ".html") != NULL)
			page_has_view(pool, list[i]->d_name);
		free(list[i]);
	}
	if (n > 0)
		free(list);
	pool_free(pool);
	return tap_done();
}
