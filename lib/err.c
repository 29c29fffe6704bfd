/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* err.c: the list in err.h as tables. */
#include "lib/err.h"

#define ROW(name, status, code, sentence) {status, code, sentence},
static const struct {
	int status;
	const char *code, *sentence;
} rows[] = {ERR_LIST(ROW)};

int
err_status(enum err e)
{
	return rows[e].status;
}

const char *
err_code(enum err e)
{
	return rows[e].code;
}

const char *
err_sentence(enum err e)
{
	return rows[e].sentence;
}
