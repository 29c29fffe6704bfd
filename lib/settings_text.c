/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* settings_text.c: the table of settings as an example file and as a manual
 * page. */
#include "lib/settings_file.h"

#include <string.h>

enum { WIDTH = 79 };

static const char *
level_word(enum settings_level level)
{
	switch (level) {
	case PUBLIC:
		return "Public";
	case INTERNAL:
		return "Internal";
	case SECRET:
		break;
	}
	return "Secret";
}

/* "A whole number from 6 to 10. Public." */
static const char *
bounds(struct pool *pool, const struct setting *s)
{
	struct buf b = {.pool = pool};
	const char *c;

	switch (s->type) {
	case SETTING_INT:
		buf_printf(&b, "A whole number from %ld to %ld.", s->min,
			   s->max);
		break;
	case SETTING_TEXT:
		buf_printf(&b, "Text of at most %ld characters.", s->max);
		break;
	case SETTING_BOOL:
		buf_puts(&b, "yes or no.");
		break;
	case SETTING_CHOICE:
		buf_puts(&b, "One of ");
		for (c = s->words; *c != '\0'; c++)
			if (*c == '|')
				buf_puts(&b, ", ");
			else
				buf_putc(&b, *c);
		buf_putc(&b, '.');
		break;
	}
	buf_printf(&b, " %s.", level_word(s->level));
	return b.data;
}

/* A paragraph of comment lines. */
static void
comment(struct buf *out, const char *text)
{
	size_t column = 0, n;

	for (; *text != '\0'; text += n + (text[n] == ' ')) {
		n = strcspn(text, " ");
		if (column != 0 && column + 1 + n > WIDTH) {
			buf_putc(out, '\n');
			column = 0;
		}
		if (column == 0)
			buf_putc(out, '#');
		buf_putc(out, ' ');
		buf_put(out, text, n);
		column += n + (column == 0 ? 2 : 1);
	}
	buf_putc(out, '\n');
}

void
settings_example(struct buf *out)
{
	const struct setting *s = settings_table(NULL), *end;

	buf_puts(out,
		 "# SPDX-License-Identifier: AGPL-3.0-or-later\n"
		 "# clicknet.conf.example: every setting, with its default.\n"
		 "#\n");
	comment(out, "A line reads KEY = value. A # begins a comment; in a "
		     "value that holds one, or begins or ends with a space, "
		     "put the value in double quotes and write \\\" and \\\\ "
		     "for a quote and a backslash.");
	comment(out, "The programs take up a changed file within a second; a "
		     "bad one is logged and the last good one stays in force.");
	comment(out, "Public settings may be seen by anyone, internal ones by "
		     "staff, secret ones by nobody.");
	for (end = s + SETTINGS_COUNT; s < end; s++) {
		buf_putc(out, '\n');
		comment(out, s->sentence);
		comment(out, bounds(out->pool, s));
		buf_printf(out, "#%s = ", s->name);
		settings_quote(out, s->dflt);
		buf_putc(out, '\n');
	}
}

/* Text for roff: nothing in it is a request or an escape. */
static void
roff(struct buf *out, const char *text)
{
	if (*text == '.' || *text == '\'')
		buf_puts(out, "\\&");
	for (; *text != '\0'; text++)
		if (*text == '\\')
			buf_puts(out, "\\e");
		else if (*text == '-')
			buf_puts(out, "\\-");
		else
			buf_putc(out, *text);
}

static const char man_head[] =
    ".\\\" SPDX-License-Identifier: AGPL-3.0-or-later\n"
    ".\\\" clicknet.conf.5: the settings, printed from their table.\n"
    ".TH CLICKNET.CONF 5 \"\" ClickNet \"File formats\"\n"
    ".SH NAME\n"
    "clicknet.conf \\- settings of the ClickNet bank\n"
    ".SH DESCRIPTION\n"
    "Every program of the bank finds this file by the environment variable\n"
    ".BR CLICKNET_CONF ,\n"
    "else where it was built to look, usually\n"
    ".IR /etc/clicknet/clicknet.conf .\n"
    "A change is taken up within a second, without a restart except where\n"
    "a setting says so. A bad file is logged and the last good one stays in\n"
    "force; a program does not start with a bad file.\n"
    ".PP\n"
    "A line reads\n"
    ".IR KEY \" = \" value .\n"
    "Each key may stand once. Empty lines and lines that begin with\n"
    ".B #\n"
    "say nothing. Behind a value a comment begins at a\n"
    ".B #\n"
    "with white space before it. A value that holds one, or begins or ends\n"
    "with a space, stands in double quotes; inside them a quote is written\n"
    ".B \\e\"\n"
    "and a backslash\n"
    ".BR \\e\\e .\n"
    "The text is UTF\\-8, at most 256 KiB.\n"
    ".PP\n"
    "What is yes or no may also be written true or false, on or off, 1 or\n"
    "0, in any case. A path that is not absolute is beside this file.\n"
    ".PP\n"
    "Public settings may be seen by anyone, internal ones by staff, secret\n"
    "ones by nobody: they are shown as set or unset.\n"
    ".PP\n"
    "With\n"
    ".B PRODUCTION = yes\n"
    "the file is refused if it says\n"
    ".B MESSAGE_DELIVERY = inbox\n"
    "or\n"
    ".BR \"CAPTCHA = off\" ,\n"
    "or has the secret key that reCAPTCHA publishes for tests.\n"
    ".SH SETTINGS\n";

static const char man_tail[] =
    ".SH FILES\n"
    ".TP\n"
    ".I clicknet.conf.lock\n"
    "Held by who changes the file, so that no change is lost.\n"
    ".SH SEE ALSO\n"
    ".BR clicknet (1)\n";

void
settings_man(struct buf *out)
{
	const struct setting *s = settings_table(NULL), *end;

	buf_puts(out, man_head);
	for (end = s + SETTINGS_COUNT; s < end; s++) {
		buf_printf(out, ".TP\n.B %s\n", s->name);
		roff(out, s->sentence);
		buf_putc(out, '\n');
		roff(out, bounds(out->pool, s));
		buf_puts(out, *s->dflt != '\0' ? "\nDefault: \\fB"
					       : "\nDefault: empty");
		roff(out, s->dflt);
		buf_puts(out, *s->dflt != '\0' ? "\\fR\n" : "\n");
	}
	buf_puts(out, man_tail);
}
