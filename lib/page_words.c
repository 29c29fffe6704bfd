/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* page_words.c: finds the words of a language, and the language of a person. */
#include "lib/page_impl.h"

#include <string.h>

const struct page_language *
page_words_find(const char *language)
{
	const struct page_language *l = NULL;

	if (language != NULL)
		l = page_locale_find(language, strlen(language));
	return l != NULL ? l : page_locale_find("en", 2);
}

/* CLDR's rule of English, German and most of their kin. */
static const char *
plural_form(json_object *count)
{
	bool one = false;

	if (json_object_is_type(count, json_type_int))
		one = json_object_get_int64(count) == 1;
	else if (json_object_is_type(count, json_type_string))
		one = strcmp(json_object_get_string(count), "1") == 0;
	return one ? "one" : "other";
}

static json_object *
word_find(const struct page_language *l, const char *key, json_object *count)
{
	json_object *word, *form;

	if (!json_object_object_get_ex(l->words, key, &word))
		return NULL;
	if (!json_object_is_type(word, json_type_object))
		return word;
	if (json_object_object_get_ex(word, plural_form(count), &form) ||
	    json_object_object_get_ex(word, "other", &form))
		return form;
	return NULL;
}

bool
page_words_nodes(const struct page_language *l, const char *key,
		 json_object *count, const struct page_node **out)
{
	json_object *word = word_find(l, key, count);
	const struct page_translation *t = NULL;

	if (word != NULL)
		t = json_object_get_userdata(word);
	if (t != NULL)
		*out = t->nodes;
	return t != NULL;
}

const char *
page_words_of(const struct page_language *l, const char *sentence)
{
	json_object *word = word_find(l, sentence, NULL);

	if (!json_object_is_type(word, json_type_string) ||
	    json_object_get_string_len(word) == 0)
		return sentence;
	return json_object_get_string(word);
}

const char *
page_words(const char *language, const char *sentence)
{
	return page_words_of(page_words_find(language), sentence);
}

/* "0.8" in thousandths; 1000 for what is no weight. */
static int
weight_read(const char *p)
{
	int weight, i;

	if (p[0] != '0' && p[0] != '1')
		return 1000;
	weight = (p[0] - '0') * 1000;
	if (p[1] != '.')
		return weight;
	for (i = 100, p += 2; i > 0 && *p >= '0' && *p <= '9'; i /= 10, p++)
		weight += (*p - '0') * i;
	return weight > 1000 ? 1000 : weight;
}

/* The weight of the range that ends before ${end}: "de-AT;q=0.8". */
static int
range_weight(const char *p, const char *end)
{
	for (; p + 2 < end; p++)
		if (*p == ';') {
			p++;
			while (p < end && *p == ' ')
				p++;
			if (end - p > 2 && (*p == 'q' || *p == 'Q') &&
			    p[1] == '=')
				return weight_read(p + 2);
		}
	return 1000;
}

/* "de-AT" is served by "de" where nothing is nearer. */
static const struct page_language *
range_find(const char *range, size_t len)
{
	const struct page_language *l;

	while ((l = page_locale_find(range, len)) == NULL && len > 0) {
		while (len > 0 && range[len - 1] != '-')
			len--;
		if (len > 0)
			len--;
	}
	return l;
}

const char *
page_language(const char *accept_language)
{
	const char *p = accept_language, *end, *best = "en";
	const struct page_language *l;
	int weight, most = 0;

	while (p != NULL && *p != '\0') {
		p += strspn(p, " \t,");
		end = p + strcspn(p, ",");
		weight = range_weight(p, end);
		l = range_find(p, strcspn(p, " \t,;"));
		if (l != NULL && weight > most) {
			most = weight;
			best = l->name;
		}
		p = end;
	}
	return best;
}
