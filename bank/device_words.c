/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* device_words.c: what a browser says of itself, in the words of its owner. */
#include <string.h>

#include "bank/device.h"

struct sign {
	const char *mark, *name;
};

/* Browsers name those they resemble too: the rarer come first. */
static const struct sign browsers[] = {
	{"Edg/", "Edge"}, {"EdgA/", "Edge"},
	{"EdgiOS/", "Edge"}, {"OPR/", "Opera"},
	{"Vivaldi/", "Vivaldi"}, {"SamsungBrowser/", "Samsung Internet"},
	{"FxiOS/", "Firefox"}, {"Firefox/", "Firefox"},
	{"CriOS/", "Chrome"}, {"Chrome/", "Chrome"},
	{"Safari/", "Safari"}, {NULL, NULL},
};
static const struct sign systems[] = {
	{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"},
	{"Windows", "Windows"}, {"CrOS", "ChromeOS"}, {"Macintosh", "Mac"},
	{"Linux", "Linux"}, {NULL, NULL},
};

static const char *
name_of(const struct sign *s, const char *text)
{
	for (; s->mark != NULL; s++)
		if (strstr(text, s->mark) != NULL)
			return s->name;
	return NULL;
}

const char *
device_words(struct pool *pool, const char *text)
{
	const char *browser = name_of(browsers, text);
	const char *system = name_of(systems, text);

	if (browser == NULL)
		return text;
	if (system == NULL)
		return browser;
	return pool_printf(pool, "%s · %s", browser, system);
}
