/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* utf8.h: text as characters instead of bytes. */
#ifndef CLICKNET_UTF8_H
#define CLICKNET_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The character at *at, which moves behind it; −1, and *at stays, if the
 * bytes are malformed (overlong forms and surrogates are). *at < end. */
int32_t utf8_next(const char **at, const char *end);

/* Writes the bytes of a character, at most 4; returns how many. */
size_t utf8_put(char *out, int32_t c);

/* Characters in a well-formed text. */
long utf8_length(const char *text);

/* White space of any script. */
bool utf8_space(int32_t c);

/* What a person cannot see but a page or a letter would obey: control
 * characters, line separators, and the characters that turn the direction of
 * what follows. */
bool utf8_hidden(int32_t c);

/* True if the well-formed text has a hidden character. */
bool utf8_hides(const char *text);

#endif
