/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* words.h: text as people search and compare it: case and the accents of
 * Latin letters do not count. */
#ifndef CLICKNET_WORDS_H
#define CLICKNET_WORDS_H

#include <stdbool.h>
#include <stddef.h>

enum { WORDS_PLAIN = 3 }; /* longest plain form of one letter, with NUL */

/* The next letter of *text in its plain form ("É" gives "e", "ß" "ss"), moved
 * past. Other scripts come out byte by byte, as they are. */
void words_plain(const char **text, char plain[WORDS_PLAIN]);

/* Is ${part} somewhere in ${text}? An empty part always is. */
bool words_contain(const char *text, const char *part);

/* A text's plain form, cut to fit. */
void words_fold(char *out, size_t size, const char *text);

#endif
