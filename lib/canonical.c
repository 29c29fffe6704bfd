/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* canonical.c: the only writer of JSON that is signed. */
#include "lib/canonical.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/json.h"

enum { EXACT = 17, LONGEST = 21, SMALLEST = -4, EXPONENT_MAX = 100 };

/* 0.${digits} times ten to the ${point}. */
struct decimal {
	bool minus;
	char digits[EXACT + 1];
	int count, point;
};

/* Zeros before and behind say nothing. False if it has too many others. */
static bool
decimal_digit(struct decimal *d, char c, int *zeros)
{
	if (c == '0') {
		*zeros += d->count > 0;
		return true;
	}
	for (; *zeros > 0 && d->count < EXACT; --*zeros)
		d->digits[d->count++] = '0';
	if (d->count == EXACT)
		return false;
	d->digits[d->count++] = c;
	return true;
}

/* False if it is better left as it is. */
static bool
decimal_read(const char *text, struct decimal *d)
{
	bool behind = false;
	int zeros = 0;
	long exponent;

	d->minus = *text == '-';
	for (text += d->minus; *text != '\0' && strchr("eE", *text) == NULL;
	     text++) {
		if (*text == '.') {
			behind = true;
			continue;
		}
		if (!decimal_digit(d, *text, &zeros))
			return false;
		if (behind ? d->count == 0 : d->count > 0)
			d->point += behind ? -1 : 1;
	}
	exponent = *text != '\0' ? strtol(text + 1, NULL, 10) : 0;
	if (labs(exponent) > EXPONENT_MAX)
		return false;
	d->point += (int)exponent;
	return d->count == 0 ||
	       (d->point <= LONGEST && d->point > SMALLEST);
}

static void
decimal_put(struct buf *out, const struct decimal *d)
{
	int i;

	if (d->count == 0) {
		buf_putc(out, '0');
		return;
	}
	if (d->minus)
		buf_putc(out, '-');
	if (d->point <= 0)
		buf_puts(out, "0.");
	for (i = d->point; i < 0; i++)
		buf_putc(out, '0');
	for (i = 0; i < d->count || i < d->point; i++) {
		if (i > 0 && i == d->point)
			buf_putc(out, '.');
		buf_putc(out, i < d->count ? d->digits[i] : '0');
	}
}

static void
fraction_put(struct buf *out, const char *text)
{
	struct decimal d = {.point = 0};

	if (decimal_read(text, &d))
		decimal_put(out, &d);
	else
		buf_puts(out, text);
}

static int
name_order(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void
object_put(struct buf *out, json_object *object)
{
	size_t n = (size_t)json_object_object_length(object), i = 0;
	const char **names = pool_alloc(out->pool, n * sizeof *names + 1);

	json_object_object_foreach(object, name, value) {
		(void)value;
		names[i++] = name;
	}
	qsort(names, n, sizeof *names, name_order);
	buf_putc(out, '{');
	for (i = 0; i < n; i++) {
		if (i > 0)
			buf_putc(out, ',');
		json_text(out, names[i], strlen(names[i]));
		buf_putc(out, ':');
		canonical_put(out, json_object_object_get(object, names[i]));
	}
	buf_putc(out, '}');
}

static void
array_put(struct buf *out, json_object *array)
{
	size_t n = json_object_array_length(array), i;

	buf_putc(out, '[');
	for (i = 0; i < n; i++) {
		if (i > 0)
			buf_putc(out, ',');
		canonical_put(out, json_object_array_get_idx(array, i));
	}
	buf_putc(out, ']');
}

void
canonical_put(struct buf *out, json_object *value)
{
	switch (json_object_get_type(value)) {
	case json_type_object:
		object_put(out, value);
		return;
	case json_type_array:
		array_put(out, value);
		return;
	case json_type_string:
		json_text(out, json_object_get_string(value),
			 (size_t)json_object_get_string_len(value));
		return;
	case json_type_double:
		fraction_put(out, json_object_get_string(value));
		return;
	case json_type_null:
		buf_puts(out, "null");
		return;
	case json_type_boolean:
	case json_type_int:
		buf_puts(out, json_object_get_string(value));
		return;
	}
}
