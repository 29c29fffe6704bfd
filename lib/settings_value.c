/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* settings_value.c: the only judge of a setting's value. */
#include "lib/settings_file.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/http.h"
#include "lib/money.h"
#include "lib/utf8.h"

static enum err
put_int(struct pool *pool, const struct setting *s, const char *value,
	long *into, const char **why)
{
	const char *digits = value + (*value == '-');
	size_t n = strspn(digits, "0123456789");
	long number;

	if (n > 0 && n <= 18 && digits[n] == '\0') {
		number = strtol(value, NULL, 10);
		if (number >= s->min && number <= s->max) {
			*into = number;
			return OK;
		}
	}
	*why = pool_printf(pool, "%s must be a whole number from %ld to %ld.",
			   s->name, s->min, s->max);
	return ERR_INPUT;
}

static enum err
put_bool(struct pool *pool, const struct setting *s, const char *value,
	 bool *into, const char **why)
{
	static const char *const words[] = {"no",  "yes", "false", "true",
					    "off", "on",  "0",	   "1"};
	int i;

	for (i = 0; i < 8; i++)
		if (strcasecmp(value, words[i]) == 0) {
			*into = i % 2 == 1;
			return OK;
		}
	*why = pool_printf(pool, "%s must be yes or no.", s->name);
	return ERR_INPUT;
}

static enum err
put_choice(struct pool *pool, const struct setting *s, const char *value,
	   const char **into, const char **why)
{
	const char *word = s->words;
	size_t n;

	for (;; word += n + 1) {
		n = strcspn(word, "|");
		if (strlen(value) == n && strncasecmp(value, word, n) == 0) {
			*into = pool_strndup(pool, word, n);
			return OK;
		}
		if (word[n] == '\0')
			break;
	}
	*why = pool_printf(pool, "%s must be one of %s.", s->name, s->words);
	return ERR_INPUT;
}

static bool
ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), m = strlen(end);

	return n >= m && strcmp(text + n - m, end) == 0;
}

static bool
is_color(const char *text)
{
	return strlen(text) == 7 && text[0] == '#' &&
	       strspn(text + 1, "0123456789abcdefABCDEF") == 6;
}

static bool
is_base_url(const char *text)
{
	const char *host = text + (strncmp(text, "https", 5) == 0 ? 8 : 7);

	return (strncmp(text, "https://", 8) == 0 ||
		strncmp(text, "http://", 7) == 0) &&
	       *host != '\0' && *host != '/' && strpbrk(text, " ?#") == NULL;
}

/* What a text must be beyond its length; NULL if it is. */
static const char *
text_complaint(const struct setting *s, const char *value, bool is_base)
{
	if (s == settings_table(NULL) + ROW_BANK_CURRENCY)
		return money_known(value)
			   ? NULL
			   : "must be an ISO 4217 code such as EUR.";
	if (*value == '\0')
		return NULL;
	if (s == settings_table(NULL) + ROW_BRAND_COLOR && !is_color(value))
		return "must be a # and six hex digits, or empty.";
	if (is_base && !is_base_url(value))
		return "must begin with https:// or http:// and a host.";
	return NULL;
}

static enum err
put_text(struct pool *pool, const struct setting *s, const char *value,
	 const char **into, const char **why)
{
	bool is_base =
	    ends_with(s->name, "_BASE_URL") || ends_with(s->name, "_API_BASE");
	const char *complaint = text_complaint(s, value, is_base);
	size_t n = strlen(value);

	if (complaint != NULL) {
		*why = pool_printf(pool, "%s %s", s->name, complaint);
		return ERR_INPUT;
	}
	if (utf8_length(value) > s->max) {
		*why = pool_printf(pool, "%s has at most %ld characters.",
				   s->name, s->max);
		return ERR_INPUT;
	}
	while (is_base && n > 0 && value[n - 1] == '/')
		n--;
	*into = pool_strndup(pool, value, n);
	return OK;
}

enum err
settings_put(struct pool *pool, const struct setting *s, const char *value,
	     struct settings *out, const char **why)
{
	void *into = (char *)out + s->at;

	if (!http_utf8(value, strlen(value)) || utf8_hides(value)) {
		*why = pool_printf(pool,
				   "%s has characters that cannot be "
				   "used.",
				   s->name);
		return ERR_INPUT;
	}
	switch (s->type) {
	case SETTING_TEXT:
		return put_text(pool, s, value, into, why);
	case SETTING_INT:
		return put_int(pool, s, value, into, why);
	case SETTING_BOOL:
		return put_bool(pool, s, value, into, why);
	case SETTING_CHOICE:
		return put_choice(pool, s, value, into, why);
	}
	return ERR_INPUT;
}
