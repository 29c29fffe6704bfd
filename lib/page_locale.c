/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* page_locale.c: the only reader of a language's file in locale/. */
#include "lib/page_impl.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/log.h"

enum { WORDS_MAX = 4 << 20 };

/* Read once, before threads; from then on only looked at. */
static struct page_language english = {
	.name = "en",
	.patterns = {
		",", ".", "{d} {month} {y}", "{weekday} {d} {month}",
		"{weekday} {d} {month} {y}",
		{"January", "February", "March", "April", "May", "June",
		 "July", "August", "September", "October", "November",
		 "December"},
		{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday",
		 "Saturday", "Sunday"},
	},
};
static struct page_language *languages = &english;

static void
pattern_read(json_object *patterns, const char *name, const char **out)
{
	json_object *v;

	if (json_object_object_get_ex(patterns, name, &v) &&
	    json_object_is_type(v, json_type_string))
		*out = json_object_get_string(v);
}

static void
list_read(json_object *patterns, const char *name, const char **out, size_t n)
{
	json_object *list, *v;
	size_t i;

	if (!json_object_object_get_ex(patterns, name, &list) ||
	    !json_object_is_type(list, json_type_array) ||
	    json_object_array_length(list) != n)
		return;
	for (i = 0; i < n; i++) {
		v = json_object_array_get_idx(list, i);
		if (json_object_is_type(v, json_type_string))
			out[i] = json_object_get_string(v);
	}
}

/* What a language does not say it has from English. */
static void
patterns_read(json_object *file, struct page_patterns *p)
{
	json_object *from;

	if (!json_object_object_get_ex(file, "patterns", &from))
		return;
	pattern_read(from, "group", &p->group);
	pattern_read(from, "point", &p->point);
	pattern_read(from, "date", &p->date);
	pattern_read(from, "day", &p->day);
	pattern_read(from, "day_year", &p->day_year);
	list_read(from, "months", p->months, 12);
	list_read(from, "weekdays", p->weekdays, 7);
}

/* An empty or broken translation is none. */
static void
word_compile(struct pool *pool, const char *path, const char *key,
	     json_object *word)
{
	struct page_translation *t;
	const char *text, *file;
	size_t len;

	if (!json_object_is_type(word, json_type_string) ||
	    json_object_get_string_len(word) == 0)
		return;
	text = json_object_get_string(word);
	len = (size_t)json_object_get_string_len(word);
	file = pool_printf(pool, "%s: %s", path, key);
	t = pool_alloc(pool, sizeof *t);
	if (page_compile(pool, file, text, len, &t->nodes) == OK)
		json_object_set_userdata(word, t, NULL);
}

static void
words_compile(struct pool *pool, const char *path, json_object *words)
{
	json_object_object_foreach(words, key, word)
	{
		if (json_object_is_type(word, json_type_object)) {
			json_object_object_foreach(word, form, text)
			{
				(void)form;
				word_compile(pool, path, key, text);
			}
		} else {
			word_compile(pool, path, key, word);
		}
	}
}

static json_object *
file_parse(const char *path, const char *text, size_t len)
{
	struct json_tokener *tok = json_tokener_new_ex(8);
	json_object *file;
	char at[24];

	if (tok == NULL)
		log_bug("out of memory");
	json_tokener_set_flags(tok, JSON_TOKENER_STRICT |
				    JSON_TOKENER_VALIDATE_UTF8);
	file = json_tokener_parse_ex(tok, text, (int)len);
	if (file == NULL) {
		snprintf(at, sizeof at, "%zu", json_tokener_get_parse_end(tok));
		log_event("error", "words", "file", path, "byte", at, "why",
			  json_tokener_error_desc(json_tokener_get_error(tok)),
			  NULL);
	}
	json_tokener_free(tok);
	return file;
}

static json_object *
file_read(const char *path)
{
	FILE *f = fopen(path, "re");
	json_object *file = NULL;
	char *text = malloc(WORDS_MAX);
	size_t len;

	if (text == NULL)
		log_bug("out of memory");
	if (f == NULL) {
		log_event("error", "words", "file", path, "why",
			  strerror(errno), NULL);
	} else {
		len = fread(text, 1, WORDS_MAX - 1, f);
		text[len] = '\0';
		file = file_parse(path, text, len + 1);
		fclose(f);
	}
	free(text);
	return file;
}

static struct page_language *
language_add(const char *name)
{
	struct page_language *l;

	if (strcmp(name, english.name) == 0)
		return &english;
	if ((l = calloc(1, sizeof *l)) == NULL)
		log_bug("out of memory");
	snprintf(l->name, sizeof l->name, "%s", name);
	l->patterns = english.patterns;
	l->next = languages;
	return languages = l;
}

static void
language_read(const char *dir, const char *name)
{
	struct page_language *l;
	json_object *file, *words;
	char path[PATH_MAX];

	if (snprintf(path, sizeof path, "%s/locale/%s.json", dir, name) >=
	    (int)sizeof path)
		return;
	if ((file = file_read(path)) == NULL)
		return;
	l = language_add(name);
	l->pool = pool_new(); /* for the process's life, as is the file */
	l->file = file;
	patterns_read(file, &l->patterns);
	if (json_object_object_get_ex(file, "words", &words) &&
	    json_object_is_type(words, json_type_object)) {
		l->words = words;
		words_compile(l->pool, path, words);
	}
}

/* "de.json" is a language's file; *name is then "de". */
static bool
language_named(const char *file, char name[PAGE_LANGUAGE])
{
	size_t len = strlen(file);

	if (len <= 5 || len - 5 >= PAGE_LANGUAGE ||
	    strcmp(file + len - 5, ".json") != 0)
		return false;
	memcpy(name, file, len - 5);
	name[len - 5] = '\0';
	return page_name_ok(name, len - 5);
}

void
page_locale_start(const char *dir)
{
	char path[PATH_MAX], name[PAGE_LANGUAGE];
	struct dirent **list;
	int i, n;

	if (snprintf(path, sizeof path, "%s/locale", dir) >= (int)sizeof path ||
	    (n = scandir(path, &list, NULL, alphasort)) < 0) {
		log_event("error", "words", "file", path, "why",
			  strerror(errno), NULL);
		return;
	}
	/* English first: the others begin with its patterns. */
	language_read(dir, english.name);
	for (i = 0; i < n; i++) {
		if (language_named(list[i]->d_name, name) &&
		    strcmp(name, english.name) != 0)
			language_read(dir, name);
		free(list[i]);
	}
	free(list);
}

const struct page_language *
page_locale_find(const char *language, size_t len)
{
	const struct page_language *l;

	for (l = languages; l != NULL; l = l->next)
		if (strlen(l->name) == len &&
		    strncasecmp(l->name, language, len) == 0)
			return l;
	return NULL;
}
